/**
 * Waiting for shared state to change: spin, nap, park; deadlines and aborts.
 *
 * @module
 */
export { onDisturbed } from "./bell.ts";
export * from "./breath.ts";
export * from "./call_later.ts";
export { endParking, parkingOf } from "./current.ts";
export * from "./logged_wait.ts";
export * from "./long_block.ts";
export { joinNeighbours } from "./neighbours.ts";
export { Parking } from "./parking.ts";
export { Patience } from "./patience.ts";
export * from "./pause.ts";
export { NOT_YET } from "./spin.ts";
export {
  hasLivingWaiters,
  hasWaiters,
  sawWaiters,
  WAIT_LIST_WORDS,
} from "./wait_list.ts";
export { textWorker } from "./text_worker.ts";
export type * from "./try_result.ts";
export * from "./unref_worker.ts";
export * from "./wait_for_promise.ts";
export * from "./wait_options.ts";
export * from "./waitable.ts";
