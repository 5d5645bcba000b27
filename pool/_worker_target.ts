import { fromModule } from "../process/mod.ts";
import type { WorkerSetup } from "./_worker_setup.ts";

let target: ReturnType<typeof makeTarget> | undefined;

/** What every worker runs; made for the first, as many a program that could have some has none. */
export function workerTarget(): ReturnType<typeof makeTarget> {
  return target ??= makeTarget();
}

function makeTarget() {
  return fromModule<(setup: WorkerSetup) => Promise<void>>(
    new URL("./_worker_entry.ts", import.meta.url),
    "serve",
  );
}
