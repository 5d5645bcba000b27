// Ten processes sleep for two seconds each and then say hello.
//
// They sleep at the same time: you see ten lines, in any order, after about two seconds and not
// after twenty.
//
// Permissions: --allow-run.

import { Process } from "@parallel/multiprocessing";

export async function sayHello(name: string) {
  await new Promise((resolve) => setTimeout(resolve, 2000));
  console.log(`heelo ${name}`);
}

// Each child imports this file to find `sayHello`. The guard keeps it from starting children too.
if (import.meta.main) {
  const processes = Array.from(
    { length: 10 },
    (_, n) => new Process({ target: sayHello, args: [`bob${n}`] }),
  );
  for (const process of processes) process.start();
  for (const process of processes) await process.join();
}
