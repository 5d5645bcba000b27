// What the peers' workers do. `bench/cases/_pool_work.ts` is the twin.

export function increment(n) {
  return n + 1;
}

export function incrementAll(numbers) {
  return numbers.map(increment);
}

export function size(bytes) {
  return bytes.length;
}

export function countSteps(n) {
  let steps = 0;
  for (let start = 1; start <= n; start++) {
    for (let at = start; at > 1; steps++) {
      at = at % 2 === 0 ? at / 2 : 3 * at + 1;
    }
  }
  return steps;
}

export function compute(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
