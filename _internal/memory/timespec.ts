/** A `struct timespec` of so many milliseconds. */
export function timespec(ms: number): BigInt64Array<ArrayBuffer> {
  const whole = Math.floor(ms / 1000);
  return new BigInt64Array([
    BigInt(whole),
    BigInt(Math.floor((ms - whole * 1000) * 1e6)),
  ]);
}
