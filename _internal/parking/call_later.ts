/** Nothing changes it, so whoever waits for that waits for as long as they say. */
const UNCHANGED = new Int32Array(new SharedArrayBuffer(4));

/**
 * Calls a function some milliseconds from now, 1 or more, if the program goes on that long
 * for other reasons. It cannot be undone.
 *
 * Unlike `setTimeout`, it loads nothing: the runtime loads what stands behind that when it
 * is first read, which would take each child and worker a tenth of its start.
 */
export function callLater(ms: number, call: () => void): void {
  const { value } = Atomics.waitAsync(UNCHANGED, 0, 0, ms);
  Promise.resolve(value).then(call);
}
