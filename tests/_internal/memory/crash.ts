/**
 * Death between any two changes of shared memory, one after another: a
 * participant whose n-th change does not take place, nor any after it.
 *
 * @module
 */
import {
  arrive,
  claim,
  type Memory,
  type ThreadMemory,
  threadMemory,
} from "../../../_internal/memory/mod.ts";

/** A test in the thread memory while nobody runs beside it, so that there is nothing to wait for. */
export function testAlone(name: string, run: () => void): void {
  const memory = threadMemory();
  const { sleepSync } = memory;
  Deno.test(name, () => {
    memory.sleepSync = () => {};
    try {
      run();
    } finally {
      memory.sleepSync = sleepSync;
    }
  });
}

class Crash extends Error {}

const CHANGES = [
  "store",
  "add",
  "sub",
  "and",
  "or",
  "exchange",
  "compareExchange",
] as const;
const real = new WeakMap<object, Int32Array>();
let left = Infinity;
let active = false;

function step(): void {
  if (active && --left < 0) throw new Crash("crash");
}

function watched(words: Int32Array): Int32Array {
  const proxy = new Proxy(words, {
    get(target, key) {
      const value = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
    set(target, key, value) {
      step();
      return Reflect.set(target, key, value, target);
    },
  });
  real.set(proxy, words);
  return proxy;
}

/** A participant of the thread memory that can die by {@linkcode dies}. */
export class Mortal implements Memory {
  readonly reach = "thread";
  readonly words: Int32Array;
  readonly sleepHoldsProgram = false;
  self: number;
  readonly #memory: ThreadMemory;

  constructor(memory: ThreadMemory) {
    this.#memory = memory;
    this.words = watched(memory.words);
    this.self = claim(memory, memory.self);
    arrive(memory, this.self);
  }

  bytes(unit: number, byteLength: number): Uint8Array {
    return this.#memory.bytes(unit, byteLength);
  }

  dataWords(unit: number, length: number): Int32Array {
    return watched(this.#memory.dataWords(unit, length));
  }

  grow(unit: number): boolean {
    return this.#memory.grow(unit);
  }

  discard(): boolean {
    return false;
  }

  sleepSync(): void {}

  sleep(): Promise<void> {
    return Promise.reject(new Error("a mortal need not sleep"));
  }

  wake(word: number, count: number): void {
    this.#memory.wake(word, count);
  }

  probe(slot: number): boolean {
    return this.#memory.probe(slot);
  }
}

/**
 * Does something up to its n-th change.
 *
 * @returns whether it was cut short
 */
export function dies(changes: number, act: () => void): boolean {
  const saved = { ...Object.getOwnPropertyDescriptors(Atomics) };
  const patch = (name: string, changing: boolean) => {
    // deno-lint-ignore no-explicit-any
    const original = (Atomics as any)[name];
    // deno-lint-ignore no-explicit-any
    (Atomics as any)[name] = (words: Int32Array, ...rest: unknown[]) => {
      if (changing) step();
      else if (active && left < 0) throw new Crash("crash");
      return original(real.get(words) ?? words, ...rest);
    };
  };
  for (const name of CHANGES) patch(name, true);
  patch("load", false);
  left = changes;
  active = true;
  try {
    act();
    return false;
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
    return true;
  } finally {
    active = false;
    Object.defineProperties(Atomics, saved);
  }
}
