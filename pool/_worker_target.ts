import { fromModule } from "../process/mod.ts";
import type { WorkerSetup } from "./_worker_setup.ts";

/** `load` is never called: by it the runtime fetches the module together with the program. */
const ENTRY = {
  url: new URL("./_worker_entry.ts", import.meta.url),
  load: () => import("./_worker_entry.ts"),
};

type Target = ReturnType<typeof makeTarget>;

const targets = new Map<string, Target>();

/**
 * What every worker of a kind runs; made for the first, as many a program that could
 * have some has none.
 */
export function workerTarget(name: "serve" | "serveAndExit"): Target {
  let target = targets.get(name);
  if (target === undefined) targets.set(name, target = makeTarget(name));
  return target;
}

function makeTarget(name: string) {
  return fromModule<(setup: WorkerSetup) => Promise<void>>(ENTRY.url, name);
}
