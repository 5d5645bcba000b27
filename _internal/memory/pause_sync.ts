const NOTHING = new Int32Array(new SharedArrayBuffer(4));

/** Blocks this thread for so many milliseconds. */
export function pauseSync(milliseconds: number): void {
  Atomics.wait(NOTHING, 0, 0, milliseconds);
}
