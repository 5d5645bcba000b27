// A process puts a list into a queue, and the main program gets it.
//
// The queue is handed over as an argument and is the same queue there. You see
// [ 42, null, "heelo" ].
//
// Permissions: --allow-run --allow-ffi.

import { Process, Queue } from "@parallel/multiprocessing";

export async function f(q: Queue<unknown[]>) {
  await q.put([42, null, "heelo"]);
}

if (import.meta.main) {
  const q = new Queue<unknown[]>();
  const process = new Process({ target: f, args: [q] });
  process.start();
  console.log(await q.get());
  await process.join();
}
