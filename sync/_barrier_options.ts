import {
  checkOption,
  checkOptions,
  checkTime,
  checkWhole,
} from "../_internal/check.ts";

const DOING = "create barrier";
const LIKELY = { function: "action" };

/** Checks what a barrier is to be made of. */
export function checkBarrier(
  parties: number,
  options: { readonly action?: unknown; readonly timeout?: number },
): void {
  checkWhole(parties, "parties", DOING, 1, 0x7fff_ffff);
  checkOptions(options, DOING, LIKELY);
  const { action, timeout = Infinity } = options;
  checkOption(action, "function", "action", DOING);
  checkTime(timeout, "timeout", DOING);
}

/** A timeout as it stands in a cell. */
export function timeoutToWords(timeout: number): Int32Array {
  return new Int32Array(new Float64Array([timeout]).buffer);
}

/** The timeout that stands in words of a cell. */
export function timeoutFromWords(words: Int32Array): number {
  return new Float64Array(words.buffer, words.byteOffset, 1)[0];
}
