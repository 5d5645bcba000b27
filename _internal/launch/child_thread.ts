/**
 * The side of a launch that runs in a thread. Every thread waits for these modules
 * to load, so they are few.
 *
 * @module
 */
export {
  beginBoot,
  type Construct,
  onUncaught,
  report,
  runBoot,
} from "./child_boot.ts";
export { joinThread, type ThreadEnd } from "./child_join_thread.ts";
export { allEnded } from "./running_children.ts";
export type { ThreadBoot } from "./thread_launch.ts";
