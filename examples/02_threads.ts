// Ten processes start a thread each, and every thread says hello and which one it is.
//
// You see ten lines. Their ten identities are all different, also across processes.
//
// Permissions: --allow-run, and --allow-read for the modules of threads.

import {
  currentProcess,
  Process,
  Thread,
  threadIdent,
} from "@parallel/multiprocessing";

export function sayHello(processName: string) {
  console.log(`hello from ${processName}, thread ${threadIdent()}`);
}

export async function startThread() {
  const thread = new Thread({
    target: sayHello,
    args: [currentProcess().name],
  });
  thread.start();
  await thread.join();
}

if (import.meta.main) {
  const processes = Array.from(
    { length: 10 },
    () => new Process({ target: startThread }),
  );
  for (const process of processes) process.start();
  for (const process of processes) await process.join();
}
