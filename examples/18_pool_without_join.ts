// Ten tasks are submitted to a pool, and nobody waits for them.
//
// Workers live no longer than the program they work for. You see `end`, at once and alone: no
// task has finished. Example 19 waits.
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
  for (let n = 0; n < 10; n++) pool.applyAsync(work, [n, ms]);
  console.log("end");
  pool.close();
}
