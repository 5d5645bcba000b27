import { type LaunchedThread, tie } from "../_internal/launch/mod.ts";
import { threadMemory } from "../_internal/memory/mod.ts";
import { Thread } from "../process/mod.ts";
import type { WorkerKind } from "./_worker_kind.ts";
import { workerTarget } from "./_worker_target.ts";

/**
 * Workers that are threads.
 *
 * @param place where the pool is made
 */
export function threadWorkers(place: string | undefined): WorkerKind {
  return {
    memory: threadMemory(),
    reach: "thread",
    canStop: false,
    blocks: true,
    start(name, setup) {
      const thread = new Thread({
        target: workerTarget("serve"),
        args: [setup],
        name,
      });
      const tied = tie(thread, [], place);
      thread.start();
      const launched = tied.launched as LaunchedThread;
      // One that exits by itself does not say so to the event loop.
      const { parking, list } = launched.place;
      const unwatch = parking.attend([list], () => void launched.exitCode);
      launched.ended.then(unwatch);
      return {
        name,
        pid: undefined,
        ended: launched.ended.then(() => ({
          exitCode: launched.exitCode!,
          signal: undefined,
        })),
        terminate: () => thread.terminate(),
        kill: () => thread.terminate(),
      };
    },
  };
}
