/** Does something once just before a word is exchanged, after whoever does so has looked at it. */
export function beforeExchange<R>(
  word: number,
  act: () => void,
  run: () => R,
): R {
  const { compareExchange } = Atomics;
  Atomics.compareExchange = ((
    array: Int32Array,
    index: number,
    expected: number,
    next: number,
  ) => {
    if (index === word) {
      Atomics.compareExchange = compareExchange;
      act();
    }
    return compareExchange(array, index, expected, next);
  }) as typeof compareExchange;
  try {
    return run();
  } finally {
    Atomics.compareExchange = compareExchange;
  }
}
