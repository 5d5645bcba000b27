import { threadMemory } from "../memory/mod.ts";
import { breathe, isBreathless } from "./breath.ts";
import { parkingOf } from "./current.ts";
import { LoggedWait } from "./logged_wait.ts";
import { noteBlocked } from "./long_block.ts";
import type { Parking } from "./parking.ts";
import { NOT_YET } from "./spin.ts";
import { checkWait, isTimeoutError, type WaitOptions } from "./wait_options.ts";
import { Waiter } from "./waiter.ts";

/** Says when something can be used without waiting. To ask takes nothing. */
export interface Readiness {
  /** Whether it can now. Throws if it cannot be used any more. */
  isReady(): boolean;
  /** The wait list that is woken when that may have changed. */
  readonly place?: { readonly parking: Parking; readonly list: number };
  /**
   * Where no list tells: calls `look`, from the event loop, when that may have
   * changed, and keeps the program alive.
   *
   * @returns what to call, once, to end that
   */
  watch?(look: () => void | Promise<void>): () => void;
  /** Learns how it is now, for who does not wait, where {@linkcode isReady} cannot tell before that. */
  prepare?(): Promise<void>;
  /** Ends what {@linkcode prepare} has begun. */
  end?(): void;
  /** The same as {@linkcode isReady}, for a blocked thread where no list tells. */
  isReadySync?(): boolean;
}

/** What gives the readiness of an object. */
const READINESS = Symbol("readiness");
/** What to say that a wait is for. */
const DOING = "go on with one of many";
/** Milliseconds after which a blocked thread looks at what no list tells of. */
const SLICE_MS = 10;

/** Lets objects of a class, and of those that extend it, be waited for among others. */
export function makeWaitable<T extends object>(
  waitable: { readonly prototype: T },
  readinessOf: (object: T) => Readiness,
): void {
  Object.defineProperty(waitable.prototype, READINESS, {
    configurable: true,
    value(this: T): Readiness {
      return readinessOf(this);
    },
  });
}

/**
 * Lets some objects of a class be waited for in another way.
 *
 * @param readinessOf gives nothing for the others
 */
export function watchElsewhere(
  prototype: object,
  readinessOf: (
    object: object,
    here: () => Readiness | undefined,
  ) => Readiness | undefined,
): void {
  const original = (prototype as { [READINESS]?(): Readiness })[READINESS];
  Object.defineProperty(prototype, READINESS, {
    configurable: true,
    value(this: object): Readiness | undefined {
      const here = () => original?.call(this);
      return readinessOf(this, here) ?? here();
    },
  });
}

/** The readiness of an object; `undefined` if it is none to wait for. */
export function readinessOf(object: unknown): Readiness | undefined {
  if (typeof object !== "object" || object === null) return undefined;
  return (object as { [READINESS]?(): Readiness })[READINESS]?.();
}

/**
 * Waits until one of many is ready.
 *
 * @returns the indices of all that are; none if time is over
 */
export async function waitUntilReady(
  all: readonly Readiness[],
  wait: WaitOptions = {},
): Promise<number[]> {
  checkWait(wait);
  const late = all.filter(({ prepare }) => prepare !== undefined);
  let ready: number[];
  try {
    if (late.length > 0 && isOver(wait)) {
      await Promise.all(late.map((each) => each.prepare!()));
      wait.signal?.throwIfAborted();
    }
    ready = late.length > 0 && !isOver(wait) ? [] : look(all);
    if (ready.length === 0 && all.length !== 0 && !isOver(wait)) {
      ready = await watchAll(all, wait);
    }
  } catch (error) {
    // The signal's reason may look just like it.
    if (error === wait.signal?.reason || !isTimeoutError(error)) throw error;
    ready = [];
  } finally {
    for (const each of late) each.end?.();
  }
  if (isBreathless()) await breathe();
  return ready;
}

/**
 * The same, blocking the thread.
 *
 * @throws {TypeError} if one is told of by the event loop only
 */
export function waitUntilReadySync(
  all: readonly Readiness[],
  wait: WaitOptions = {},
): number[] {
  checkWait(wait);
  for (const [index, each] of all.entries()) {
    if (each.place !== undefined || each.isReadySync !== undefined) continue;
    throw new TypeError(
      `Cannot wait: a blocked thread does not hear of objects[${index}]; use await wait()`,
    );
  }
  let ready = lookSync(all);
  if (all.length === 0 || isOver(wait)) return ready;
  const places = placesOf(all);
  const inSlices = places.size > 1 || all.some(({ place }) => !place);
  const [parking, lists] = places.entries().next().value ??
    [parkingOf(threadMemory()), []];
  const start = performance.now();
  const end = start + (wait.timeout ?? Infinity);
  // One piece is logged where it blocks.
  const logged = inSlices ? LoggedWait.begin(DOING) : undefined;
  try {
    while (ready.length === 0) {
      const left = end - performance.now();
      if (left <= 0) break;
      parking.watchSync(
        lists,
        () => (ready = lookSync(all)).length !== 0,
        inSlices ? Math.min(SLICE_MS, left) : left,
      );
      for (const each of places.keys()) each.onTick?.();
      logged?.note();
      noteBlocked(DOING, start);
    }
  } finally {
    logged?.end(ready.length === 0);
  }
  return ready;
}

async function watchAll(
  all: readonly Readiness[],
  wait: WaitOptions,
): Promise<number[]> {
  const stops: (() => void)[] = [];
  let over = false;
  const stop = () => {
    for (const each of stops.splice(0)) each();
  };
  const late = all.filter(({ prepare }) => prepare !== undefined);
  let hasMet = late.length === 0;
  const attempt = () => {
    const ready = hasMet ? look(all) : [];
    return ready.length === 0 ? NOT_YET : ready;
  };
  const waiter = new Waiter(attempt, DOING, wait, () => {
    over = true;
    stop();
  });
  const settle = () => {
    if (!over) waiter.settle();
  };
  const lookAgain = late.length === 0 ? settle : async () => {
    if (over) return;
    // Those that are ready now are to be told of together, and no others.
    await Promise.allSettled(late.map((each) => each.prepare!()));
    hasMet = true;
    settle();
  };
  for (const [parking, lists] of placesOf(all)) {
    stops.push(parking.watch(lists, lookAgain));
  }
  for (const each of all) {
    if (each.place === undefined) stops.push(each.watch!(lookAgain));
  }
  // Who watches first and looks second misses nothing.
  lookAgain();
  if (over) stop();
  return await waiter.promise;
}

function placesOf(all: readonly Readiness[]): Map<Parking, number[]> {
  const places = new Map<Parking, number[]>();
  for (const { place } of all) {
    if (place === undefined) continue;
    const lists = places.get(place.parking);
    if (lists === undefined) places.set(place.parking, [place.list]);
    else lists.push(place.list);
  }
  return places;
}

function look(all: readonly Readiness[]): number[] {
  return indicesOf(all, (each) => each.isReady());
}

function lookSync(all: readonly Readiness[]): number[] {
  return indicesOf(all, (each) => each.isReadySync?.() ?? each.isReady());
}

function indicesOf(
  all: readonly Readiness[],
  isReady: (each: Readiness) => boolean,
): number[] {
  const ready: number[] = [];
  for (let index = 0; index < all.length; index++) {
    if (isReady(all[index])) ready.push(index);
  }
  return ready;
}

function isOver({ timeout = Infinity }: WaitOptions): boolean {
  return timeout <= 0;
}
