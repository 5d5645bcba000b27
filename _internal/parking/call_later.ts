/** Nothing changes it, so whoever waits for that waits for as long as they say. */
const UNCHANGED = new Int32Array(new SharedArrayBuffer(4));

/**
 * Calls a function some milliseconds from now, if the program goes on that long for other
 * reasons. It cannot be undone.
 *
 * That is what children and workers need before anything else, and the runtime loads what
 * stands behind `setTimeout` when it is first used: that would take each of them several
 * milliseconds, a tenth of its start.
 */
export function callLater(ms: number, call: () => void): void {
  const { value } = Atomics.waitAsync(UNCHANGED, 0, 0, ms);
  Promise.resolve(value).then(call);
}
