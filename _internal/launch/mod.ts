/**
 * Starting processes and threads: what they run, what they inherit, and what
 * they are told.
 *
 * @module
 */
export * from "./auth_key.ts";
export * from "./boot_record.ts";
export { callingModules, callingPlace } from "./call_site.ts";
export { importKnown } from "./child_boot.ts";
export { loadDoors } from "./child_doors.ts";
export * from "./describe_target.ts";
export { endBy, type EndSignal } from "./exit_code.ts";
export { atGoodEnd } from "./good_end.ts";
export { holdChild } from "./hold_child.ts";
export * from "./main_guard.ts";
export * from "./module_target.ts";
export * from "./process_launch.ts";
export * from "./remote_function.ts";
export { explainReferenceError, resolveTarget } from "./resolve_target.ts";
export * from "./self.ts";
export {
  checkShared,
  checkSurroundings,
  type Surroundings,
} from "./surroundings.ts";
export type * from "./target.ts";
export * from "./thread_ident.ts";
export * from "./thread_launch.ts";
export * from "./ties.ts";
export { underCaller, withoutOwn } from "./under_caller.ts";
