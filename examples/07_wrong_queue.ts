// A queue for threads is handed to a process.
//
// It cannot get there, and `start()` says so before there is a process. You see the TypeError,
// which names the queue to use instead, and that no process was started.
//
// Permissions: --allow-run.

import {
  activeChildren,
  Process,
  ThreadQueue,
} from "@parallel/multiprocessing";

export async function f(q: ThreadQueue<unknown[]>) {
  await q.put([42, null, "heelo"]);
}

if (import.meta.main) {
  const q = new ThreadQueue<unknown[]>();
  const process = new Process({ target: f, args: [q] });
  try {
    process.start();
  } catch (error) {
    console.log(String(error));
  }
  console.log("processes started:", activeChildren().length);
}
