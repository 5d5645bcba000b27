import { BrokenBarrierError } from "./broken_barrier_error.ts";

/** Why a barrier is broken, for messages. */
export const REASONS = {
  ABORTED: 1,
  LATE: 2,
  DIED: 3,
  FAILED: 4,
  GONE: 5,
} as const;
const REASON_TEXTS = [
  "",
  " by abort()",
  " as a party was not there in time",
  " as a party has died",
  " as its action has failed",
  " as a party gave up while the action ran",
];

/** The error of a wait at a barrier that is broken for a reason. */
export function brokenBarrier(reason: number): BrokenBarrierError {
  const text = REASON_TEXTS[reason] ?? "";
  return new BrokenBarrierError(
    `Cannot wait at barrier: barrier is broken${text}`,
  );
}
