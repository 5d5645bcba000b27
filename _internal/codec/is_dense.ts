/** Whether these are the keys of an array without holes and without other properties. */
export function isDense(keys: readonly string[], length: number): boolean {
  return keys.length === length &&
    (length === 0 || keys[length - 1] === String(length - 1));
}
