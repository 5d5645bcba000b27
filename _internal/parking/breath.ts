import { Lifeline } from "./lifeline.ts";

/** Milliseconds that operations may follow each other without a turn of the event loop. */
const BREATHLESS_MS = 4;

const TURNS = new Int32Array(new SharedArrayBuffer(4));
/** Nothing else may be left that keeps the program alive. */
const lifeline = new Lifeline();

let last = Date.now();
let operations = 0;
let waiting: (() => void)[] = [];

/**
 * Whether it is time to let the event loop turn. A loop that always finds data
 * awaits only microtasks, and would starve timers, signals and I/O.
 */
export function isBreathless(): boolean {
  if (waiting.length > 0) return true;
  if ((++operations & 7) !== 0) return false;
  return Date.now() - last > BREATHLESS_MS;
}

/** Notes that the event loop has just turned. */
export function breathed(): void {
  last = Date.now();
}

/** Lets the event loop turn once. */
export function breathe(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  waiting.push(resolve);
  if (waiting.length === 1) turn();
  return promise;
}

/**
 * A wake is a task of the event loop of its own. A message to oneself would be one, too, by a
 * channel of five kilobytes outside the heap, which are given back once that is collected, if ever.
 */
function turn(): void {
  lifeline.hold();
  const { value } = Atomics.waitAsync(TURNS, 0, 0);
  Atomics.notify(TURNS, 0);
  Promise.resolve(value).then(() => {
    lifeline.release();
    breathed();
    const ready = waiting;
    waiting = [];
    for (const resolve of ready) resolve();
  });
}
