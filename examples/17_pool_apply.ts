// A pool of five processes calls a function ten times, one call after the other.
//
// `await pool.apply` waits for the result, so nothing happens at the same time: ten tasks of two
// seconds take twenty. The workers take turns: you see the same five process ids twice.
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
  for (let n = 0; n < 10; n++) await pool.apply(work, [n, ms]);
  console.log("end");
  pool.close();
  await pool.join();
}
