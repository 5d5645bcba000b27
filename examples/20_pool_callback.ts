// The same ten tasks, each with a function that is called with its result.
//
// Workers do the tasks; the callbacks run in the main program. You see the results 100 to 109,
// each with the main program's process id.
//
// Permissions: --allow-run --allow-ffi. Another number of milliseconds may follow the file name.

import { currentProcess, Pool } from "@parallel/multiprocessing";

export async function work(n: number, ms: number) {
  await new Promise((resolve) => setTimeout(resolve, ms));
  console.log("in process", currentProcess().pid);
  return n + 100;
}

if (import.meta.main) {
  const ms = Number(Deno.args[0] ?? 2000);
  const pool = new Pool(5);
  const callback = (result: number) => {
    console.log("-->exec done:", result, "in", currentProcess().pid);
  };
  for (let n = 0; n < 10; n++) pool.applyAsync(work, [n, ms], { callback });
  console.log("end, in", currentProcess().pid);
  pool.close();
  await pool.join();
}
