// A task in a module of its own, as those of the peers are.

export function increment(n: number): number {
  return n + 1;
}
