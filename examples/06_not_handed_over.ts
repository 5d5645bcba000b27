// A function reaches for a queue of the main program without having been given it.
//
// A process shares no variables with its parent, so the child fails. You see its ReferenceError,
// which says how to hand `q` over, and its exit code 1. The main program goes on.
//
// Permissions: --allow-run.

import { Process, Queue } from "@parallel/multiprocessing";

if (import.meta.main) {
  const q = new Queue<unknown[]>();
  const process = new Process({ target: () => q.put([42, null, "heelo"]) });
  process.start();
  console.log("exit code:", await process.join());
}
