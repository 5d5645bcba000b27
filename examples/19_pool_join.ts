// Ten tasks are submitted to a pool of five, and the program waits until all are done.
//
// You see `end` first, as submitting does not wait. Then five tasks finish after two seconds, and
// five more after four.
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
  await pool.join();
}
