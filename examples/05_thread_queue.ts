// A thread puts a list into a queue, and the main thread gets it.
//
// A `ThreadQueue` joins the threads of one process. You see [ 42, null, "heelo" ].
//
// Permissions: --allow-read.

import { Thread, ThreadQueue } from "@parallel/multiprocessing";

export async function f(q: ThreadQueue<unknown[]>) {
  await q.put([42, null, "heelo"]);
}

if (import.meta.main) {
  const q = new ThreadQueue<unknown[]>();
  const thread = new Thread({ target: f, args: [q] });
  thread.start();
  console.log(await q.get());
  await thread.join();
}
