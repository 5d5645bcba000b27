// Feeds what is tested with what nobody would send on purpose. In the suite for some
// seconds; by hand as often as FUZZ_ROUNDS says, from FUZZ_SEED on.

/** Random numbers that a seed determines. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to, but not, 1. */
  next(): number {
    this.#state = this.#state + 0x6d2b79f5 >>> 0;
    let bits = Math.imul(this.#state ^ this.#state >>> 15, this.#state | 1);
    bits ^= bits + Math.imul(bits ^ bits >>> 7, bits | 61);
    return ((bits ^ bits >>> 14) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 up to, but not, `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  oneOf<T>(values: readonly T[]): T {
    return values[this.below(values.length)];
  }

  bytes(length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(length).map(() => this.below(256));
  }
}

/** Bytes that are more likely than others to mean something. */
const TELLING = [0, 1, 2, 0x7f, 0x80, 0x8f, 0xbf, 0xc0, 0xfe, 0xff];

/** Changes a few things in bytes that were in order. */
export function mutate(
  random: Random,
  bytes: Uint8Array,
  others: readonly Uint8Array[],
): Uint8Array<ArrayBuffer> {
  let mutated = bytes.slice();
  for (let left = 1 + random.below(4); left > 0; left--) {
    const at = random.below(mutated.length + 1);
    const end = Math.min(mutated.length, at + 1 + random.below(8));
    switch (random.below(8)) {
      case 0:
        mutated[at] ^= 1 << random.below(8);
        break;
      case 1:
        mutated[at] = random.oneOf(TELLING);
        break;
      case 2:
        mutated[at] = random.below(256);
        break;
      case 3:
        mutated = mutated.slice(0, at);
        break;
      case 4:
        mutated = join(mutated.subarray(0, at), mutated.subarray(end));
        break;
      case 5:
        mutated = join(
          mutated.subarray(0, at),
          random.bytes(random.below(8)),
          mutated.subarray(at),
        );
        break;
      case 6:
        mutated = join(mutated.subarray(0, end), mutated.subarray(at));
        break;
      default: {
        const other = random.oneOf(others);
        mutated = join(
          mutated.subarray(0, at),
          other.subarray(random.below(other.length + 1)),
        );
      }
    }
  }
  return mutated;
}

/** Joins bytes. */
export function join(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** How long the suite takes for one test. */
const SUITE_MS = 2_500;
/** By how much memory may grow after the first tenth. */
const MAX_GROWTH = 200 * 2 ** 20;

/**
 * Runs rounds, each with random numbers of its own.
 *
 * @param round a round; throws if something is not as it should be
 * @param strings how many strings of bytes it tries
 */
export async function fuzz(
  round: (random: Random) => void | Promise<void>,
  strings = 1,
): Promise<void> {
  const asked = Number(Deno.env.get("FUZZ_ROUNDS") ?? 0);
  const first = Number(Deno.env.get("FUZZ_SEED") ?? Date.now() % 2 ** 31);
  const start = performance.now();
  const isOver = (n: number) =>
    asked > 0 ? n >= asked : performance.now() - start > SUITE_MS;
  let reported = 0;
  let settled = 0;
  for (let n = 0; !isOver(n); n += strings) {
    try {
      const done = round(new Random(first + n));
      if (done !== undefined) await done;
    } catch (error) {
      throw new Error(`FUZZ_SEED=${first + n} FUZZ_ROUNDS=1 fails`, {
        cause: error,
      });
    }
    if (n % 1024 === 0) await new Promise((resolve) => setTimeout(resolve));
    if (asked === 0 || n < reported * asked / 10) continue;
    const { rss } = Deno.memoryUsage();
    if (reported++ === 1) settled = rss;
    const seconds = Math.round((performance.now() - start) / 1000);
    console.log(`${n} strings, ${seconds} s, ${rss >> 20} MiB`);
  }
  const grown = Deno.memoryUsage().rss - settled;
  if (settled > 0 && grown > MAX_GROWTH) {
    throw new Error(`memory has grown by ${grown >> 20} MiB`);
  }
}
