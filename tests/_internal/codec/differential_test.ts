import { assertClone } from "./assert_clone.ts";
import { random, roundTrip } from "./round_trip.ts";

const ROUNDS = 2500;
const STRINGS = [
  "",
  "a",
  "__proto__",
  "constructor",
  "length",
  "0",
  "12",
  "two words",
  "é",
  "語",
  "😀",
  "\ud800",
  "\udc00x",
  "\ufeff",
  "x".repeat(12),
  "x".repeat(13),
  "y".repeat(50),
  "z".repeat(130),
  "é".repeat(130),
  "\ud800".repeat(130),
];
const PRIMITIVES = [
  undefined,
  null,
  true,
  false,
  0,
  -0,
  NaN,
  -1,
  -33,
  127,
  128,
  65_536,
  2 ** 31,
  -(2 ** 31),
  0.1,
  1n,
  -(2n ** 64n),
];

class Instance {
  [key: string]: unknown;
}

/** Makes values of any kind whose parts come again, in them and around them. */
class ValueMaker {
  readonly #next: () => number;
  #made: unknown[] = [];

  constructor(next: () => number) {
    this.#next = next;
  }

  value(): unknown {
    this.#made = [];
    return this.#any(0);
  }

  #any(depth: number): unknown {
    if (this.#made.length > 0 && this.#next() < 0.1) {
      return this.#oneOf(this.#made);
    }
    if (depth > 5 || this.#next() < 0.4) {
      return this.#next() < 0.5
        ? this.#oneOf(PRIMITIVES)
        : this.#oneOf(STRINGS);
    }
    const kind = this.#upTo(12);
    switch (kind) {
      case 0:
        return this.#filled(this.#keep(new Instance()), depth);
      case 1:
        return this.#filled(this.#keep(Object.create(null)), depth);
      case 2:
      case 3:
        return this.#filled(this.#keep({}), depth);
      case 4:
        return this.#keep(new Date(this.#upTo(1e9)));
      case 5:
        return this.#keep(Object(this.#oneOf(["text", 5, true, 2n, NaN])));
      case 6:
        return this.#keep(this.#binary());
      case 7: {
        const map = this.#keep(new Map());
        for (let left = this.#upTo(4); left > 0; left--) {
          map.set(this.#any(depth + 1), this.#any(depth + 1));
        }
        return map;
      }
      case 8: {
        const set = this.#keep(new Set());
        for (let left = this.#upTo(4); left > 0; left--) {
          set.add(this.#any(depth + 1));
        }
        return set;
      }
      default:
        return this.#array(depth);
    }
  }

  #array(depth: number): unknown[] {
    const array = this.#keep<unknown[]>([]);
    const length = this.#next() < 0.1 ? this.#upTo(200) : this.#upTo(6);
    for (let i = 0; i < length; i++) array.push(this.#any(depth + 1));
    if (this.#next() < 0.1) {
      array.length += this.#upTo(3);
      delete array[this.#upTo(length)];
    }
    if (this.#next() < 0.1) {
      Object.assign(array, { extra: this.#any(depth + 1) });
    }
    return array;
  }

  #filled(object: Record<string, unknown>, depth: number): object {
    for (let left = this.#upTo(6); left > 0; left--) {
      Object.defineProperty(object, this.#oneOf(STRINGS), {
        value: this.#any(depth + 1),
        writable: true,
        enumerable: this.#next() < 0.95,
        configurable: true,
      });
    }
    return object;
  }

  #binary(): object {
    const known = this.#made.find((part) => part instanceof ArrayBuffer);
    const buffer = known instanceof ArrayBuffer && this.#next() < 0.5
      ? known
      : Uint8Array.from({ length: this.#upTo(200) }, (_, i) => i).buffer;
    if (this.#next() < 0.3) return buffer;
    const offset = this.#upTo(buffer.byteLength);
    return this.#next() < 0.5
      ? new Uint8Array(buffer, offset)
      : new DataView(buffer, offset);
  }

  #keep<T>(part: T): T {
    this.#made.push(part);
    return part;
  }

  #oneOf<T>(list: readonly T[]): T {
    return list[this.#upTo(list.length)];
  }

  #upTo(limit: number): number {
    return Math.floor(this.#next() * limit);
  }
}

Deno.test("encode() and decode() do to any value what structuredClone() does", () => {
  const maker = new ValueMaker(random(4));
  for (let round = 0; round < ROUNDS; round++) {
    const value = maker.value();
    assertClone(roundTrip(value), structuredClone(value));
  }
});
