/**
 * `setTimeout` as the runtime has it. Only its description is read here: the runtime loads its
 * timers when the property is first read, which takes every program, and every child, ten
 * milliseconds of a processor.
 */
const TIMEOUT = Object.getOwnPropertyDescriptor(globalThis, "setTimeout")!;

/** Lets some milliseconds pass: real ones, also where a test has put its own clock in place. */
export function pause(ms: number): Promise<void> {
  const realTimeout: typeof setTimeout = TIMEOUT.get === undefined
    ? TIMEOUT.value
    : TIMEOUT.get.call(globalThis);
  return new Promise((resolve) => realTimeout(resolve, ms));
}
