// What the compiler knows of calls of pools. The gate checks the types of this file; it runs
// nothing of them.

import { AsyncResult, type Pool, type ThreadPool } from "../../pool/mod.ts";
import {
  fromModule,
  type ModuleTarget,
  Process,
  Thread,
} from "../../process/mod.ts";
import { is } from "../exact_type.ts";

const length = (text: string) => text.length;
const repeat = (text: string, n: number) => text.repeat(n);
const late = async (n: number) => await Promise.resolve(n > 0);
const optional = (n: number, text?: string) => text ?? n;

type TwoPools = Pool | ThreadPool;

export function applies(pool: TwoPools) {
  is<Promise<number>>()(pool.apply(length, ["a"]));
  is<Promise<string>>()(pool.apply(repeat, ["a", 2]));
  is<Promise<boolean>>()(pool.apply(late, [1]));
  is<Promise<string | number>>()(pool.apply(optional, [1]));
  is<Promise<string | number>>()(pool.apply(optional, [1, "a"]));
  is<Promise<number>>()(pool.apply(() => 1));
  is<AsyncResult<number>>()(pool.applyAsync(length, ["a"]));
  is<AsyncResult<boolean>>()(pool.applyAsync(late, [1]));
  is<Promise<boolean>>()(pool.applyAsync(late, [1]).get());
  // @ts-expect-error a number is no string
  pool.apply(length, [1]);
  // @ts-expect-error one argument is missing
  pool.apply(repeat, ["a"]);
  // @ts-expect-error there is one too many
  pool.apply(length, ["a", 1]);
  // @ts-expect-error the arguments must be an array
  pool.apply(length, "a");
  // @ts-expect-error a number is no string
  pool.applyAsync(length, [1]);
  // @ts-expect-error nothing to call
  pool.apply(5);
  // @ts-expect-error nothing to call
  pool.apply({});
  // @ts-expect-error nothing to call
  pool.map(new Map(), [1]);
  // @ts-expect-error pools make them
  new AsyncResult(Promise.resolve(1));
}

export function inferred(pool: TwoPools) {
  is<Promise<number>>()(pool.apply((a, b) => a + b, [1, 2]));
  is<Promise<string>>()(pool.apply((a, b) => b.trim() + a, [1, "a"]));
  is<AsyncResult<string>>()(pool.applyAsync((a, b) => a + b, [1, "a"]));
  is<Promise<number[]>>()(pool.starmap((a, b) => a + b, [[1, 2]]));
  is<Promise<string[]>>()(pool.starmap((a, b) => a + b, new Map([["a", 1]])));
  is<AsyncResult<number[]>>()(pool.starmapAsync((a, b) => a * b, [[1, 2]]));
  is<Promise<number>>()(pool.apply((a, ...more) => a + more.length, [1, 2]));
}

export function either(pool: TwoPools) {
  for (const form of ["apply", "applyAsync"] as const) {
    pool[form](length, ["a"]);
    pool[form](() => 1);
    // @ts-expect-error a number is no string
    pool[form](length, [1]);
  }
}

export function readonlyArguments(pool: TwoPools) {
  const args = ["a", 2] as const;
  is<Promise<string>>()(pool.apply(repeat, args));
  is<AsyncResult<string>>()(pool.applyAsync(repeat, args));
  is<Promise<string[]>>()(pool.starmap(repeat, [args]));
  new Process({ target: repeat, args });
  // @ts-expect-error the second argument is no number
  pool.apply(repeat, ["a", "b"] as const);
}

export function missing(pool: TwoPools) {
  pool.apply((n?: number) => n);
  pool.apply((...all: number[]) => all);
  pool.apply(() => 1, undefined, { timeout: 1 });
  pool.apply(() => 1, [], { timeout: 1 });
  // @ts-expect-error its argument is missing
  pool.apply(length);
  // @ts-expect-error its argument is missing
  pool.apply(length, undefined, { timeout: 1 });
  // @ts-expect-error its argument is missing
  pool.apply(length, []);
  // @ts-expect-error its argument is missing
  pool.applyAsync(length);
  // @ts-expect-error its arguments are missing
  pool.apply(fromModule<typeof repeat>(import.meta.url, "repeat"));
}

export function generic<A extends unknown[], R>(
  pool: TwoPools,
  fn: (...args: A) => R,
  args: A,
  lists: A[],
) {
  is<Promise<Awaited<R>>>()(pool.apply(fn, args));
  is<AsyncResult<Awaited<R>>>()(pool.applyAsync(fn, args));
  is<Promise<Awaited<R>[]>>()(pool.starmap(fn, lists));
  new Thread({ target: fn, args });
}

export async function awaits(pool: TwoPools) {
  is<number>()(await pool.apply(length, ["a"]));
  is<boolean>()(await pool.apply(late, [1]));
  is<number>()(await pool.applyAsync(length, ["a"]));
  is<number[]>()(await pool.map(length, ["a"]));
  is<boolean[]>()(await pool.map(late, [1]));
  is<string[]>()(await pool.starmap(repeat, [["a", 2]]));
  is<boolean[]>()(await pool.mapAsync(late, new Set([1])));
  is<string[]>()(await pool.starmapAsync(repeat, new Map([["a", 1]])));
}

export function maps(pool: TwoPools, lines: AsyncIterable<string>) {
  pool.map(length, lines);
  // What it is given is known from the items.
  is<Promise<number[]>>()(pool.map((n) => n * 2, [1, 2]));
  is<Promise<string[]>>()(pool.map((line) => line.trim(), lines));
  // @ts-expect-error numbers are no strings
  pool.map(length, [1]);
  // @ts-expect-error bytes are no strings
  pool.map(length, new Uint8Array(1));
  // @ts-expect-error the second argument is no number
  pool.starmap(repeat, [["a", "b"]]);
  // @ts-expect-error a function of two is called with one
  pool.map(repeat, ["a"]);
}

export async function streams(pool: TwoPools, lines: AsyncIterable<string>) {
  for await (const n of pool.imap(length, lines)) is<number>()(n);
  for await (const it of pool.imapUnordered(late, [1])) is<boolean>()(it);
  for await (const it of pool.imap((n) => `${n + 1}`, [1])) is<string>()(it);
  // @ts-expect-error strings are no numbers
  pool.imap(late, lines);
  // @ts-expect-error strings are no numbers
  pool.imapUnordered(late, ["a"]);
}

export function callbacks(pool: TwoPools) {
  pool.apply(late, [1], { callback: (it) => is<boolean>()(it) });
  pool.applyAsync(length, ["a"], { callback: (it) => is<number>()(it) });
  pool.map(length, ["a"], { callback: (it) => is<number[]>()(it) });
  pool.apply(length, ["a"], { errorCallback: (it) => is<unknown>()(it) });
  // @ts-expect-error the result is a number
  pool.apply(length, ["a"], { callback: (_: string) => {} });
  // @ts-expect-error there is no such option
  pool.apply(length, ["a"], { chunkSize: 1 });
}

export function targets(pool: TwoPools, named: ModuleTarget<[string], number>) {
  is<Promise<number>>()(pool.apply(named, ["a"]));
  is<Promise<number[]>>()(pool.map(named, ["a"]));
  // @ts-expect-error a number is no string
  pool.apply(named, [1]);
  // @ts-expect-error numbers are no strings
  pool.map(named, [1]);
}

export function untyped(pool: TwoPools) {
  const named = fromModule(import.meta.url, "work");
  is<Promise<unknown>>()(pool.apply(named));
  is<Promise<unknown>>()(pool.apply(named, [1, "a"]));
  is<AsyncResult<unknown>>()(pool.applyAsync(named, [1]));
  is<Promise<unknown[]>>()(pool.map(named, [1, "a"]));
  is<Promise<unknown[]>>()(pool.starmap(named, [[1, "a"], []]));
  pool.imap(named, [1]);
  new Process({ target: named });
  new Process({ target: named, args: [1, "a"] });
  new Thread({ target: fromModule(import.meta.url, "work"), args: [1] });
  const typed = fromModule<typeof repeat>(import.meta.url, "repeat");
  is<Promise<string>>()(pool.apply(typed, ["a", 1]));
  // @ts-expect-error the second argument is missing
  new Process({ target: typed, args: ["a"] });
}
