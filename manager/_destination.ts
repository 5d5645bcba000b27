import { currentRelay, type Destination } from "../_internal/handles/mod.ts";
import { reachesProcesses } from "../_internal/memory/mod.ts";

const SHARED: Destination = { reach: "process" };
const AT_HUB: Destination = { reach: "hub" };

/** Where a manager and those of its program are, for what they send each other. */
export function programDestination(): Destination {
  return currentRelay() === undefined && reachesProcesses() ? SHARED : AT_HUB;
}
