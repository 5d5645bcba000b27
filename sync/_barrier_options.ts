import type { BarrierAction } from "./_barrier_action.ts";
import { describe } from "./_refusals.ts";

/** Checks what a barrier is to be made of. */
export function checkOptions(
  parties: number,
  action: BarrierAction | undefined,
  timeout: number,
): void {
  if (typeof parties !== "number") {
    throw new TypeError(
      `Cannot create barrier: parties is ${describe(parties)}, not a number`,
    );
  }
  if (!Number.isInteger(parties) || parties < 1 || parties > 0x7fff_ffff) {
    throw new RangeError(
      `Cannot create barrier: parties is ${parties}, not a whole number from 1 to 2147483647`,
    );
  }
  if (action !== undefined && typeof action !== "function") {
    throw new TypeError("Cannot create barrier: action is not a function");
  }
  if (typeof timeout !== "number" || timeout !== timeout) {
    throw new TypeError(
      `Cannot create barrier: timeout is ${String(timeout)}, not a number`,
    );
  }
}

/** A timeout as it stands in a cell. */
export function timeoutToWords(timeout: number): Int32Array {
  return new Int32Array(new Float64Array([timeout]).buffer);
}

/** The timeout that stands in words of a cell. */
export function timeoutFromWords(words: Int32Array): number {
  return new Float64Array(words.buffer, words.byteOffset, 1)[0];
}
