/**
 * Shared objects: who holds them, how they travel inside values, and what is
 * done when their holders die.
 *
 * @module
 */
export * from "./batch.ts";
export * from "./caller.ts";
export * from "./cell_kinds.ts";
export * from "./hand_over.ts";
export * from "./holding.ts";
export * from "./late_messages.ts";
export * from "./messages.ts";
export * from "./opaque.ts";
export * from "./outlet.ts";
export * from "./own_modules.ts";
export {
  AFTER_LOST,
  announceEnd,
  forgiveLosses,
  hasLost,
  noteLoss,
} from "./parties.ts";
export * from "./reap.ts";
export * from "./refuse_to_send.ts";
export * from "./relay.ts";
export * from "./revive.ts";
export * from "./shareable.ts";
export * from "./show.ts";
export { Undelivered } from "./undelivered.ts";
