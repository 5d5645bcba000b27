import { type LaunchedProcess, tie } from "../_internal/launch/mod.ts";
import { widestMemory } from "../_internal/memory/mod.ts";
import { Process, type ProcessOptions } from "../process/mod.ts";
import type { WorkerKind } from "./_worker_kind.ts";
import { workerTarget } from "./_worker_target.ts";

/**
 * Workers that are processes.
 *
 * @param modules where their functions may come from
 * @param place where the pool is made
 */
export function processWorkers(
  modules: readonly string[],
  place: string | undefined,
  options: Pick<ProcessOptions, "permissions" | "env" | "cwd">,
): WorkerKind {
  const memory = widestMemory();
  if (memory.reach === "process") checkMayShare(options.permissions);
  return {
    memory,
    reach: memory.reach === "process" ? "process" : "hub",
    canStop: true,
    blocks: false,
    start(name, setup) {
      const process = new Process({
        ...options,
        target: workerTarget("serveAndExit"),
        args: [setup],
        name,
      });
      const tied = tie(process, modules, place);
      process.start();
      const { child, ended } = tied.launched as LaunchedProcess;
      return {
        name,
        pid: process.pid,
        ended: ended.then(async (exitCode) => ({
          exitCode,
          signal: (await child.status).signal ?? undefined,
        })),
        terminate: () => process.terminate(),
        kill: () => process.kill(),
      };
    },
  };
}

/** Where memory is shared, workers that may not are of no use. */
function checkMayShare(permissions: ProcessOptions["permissions"]): void {
  const wanted = permissions === "none" ? {} : permissions;
  if (typeof wanted !== "object" || wanted === null) return;
  if (wanted.ffi === true || wanted.ffi === "inherit") return;
  throw new TypeError(
    "Cannot create pool: its workers share memory with this program, which needs --allow-ffi; give it by permissions: { ffi: true }",
  );
}
