import { checkOption, checkOptions, kindOfValue } from "../_internal/check.ts";

const DOING = "create barrier";
const LIKELY = { function: "action" };

/** Checks what a barrier is to be made of. */
export function checkBarrier(
  parties: number,
  options: { readonly action?: unknown; readonly timeout?: number },
): void {
  if (typeof parties !== "number") {
    throw new TypeError(
      `Cannot ${DOING}: parties is ${kindOfValue(parties)}, not a number`,
    );
  }
  if (!Number.isInteger(parties) || parties < 1 || parties > 0x7fff_ffff) {
    throw new RangeError(
      `Cannot ${DOING}: parties is ${parties}, not a whole number from 1 to 2147483647`,
    );
  }
  checkOptions(options, DOING, LIKELY);
  const { action, timeout = Infinity } = options;
  checkOption(action, "function", "action", DOING);
  checkOption(timeout, "number", "timeout", DOING);
  if (timeout !== timeout) {
    throw new TypeError(`Cannot ${DOING}: timeout is NaN, not a number`);
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
