import { withoutOwn } from "../_internal/launch/mod.ts";

/** Who submits tasks. */
export interface Caller {
  readonly stack?: string;
}

const FRAME = /\n\s+at [^\n]*/g;

/** The stack of who submits a task; it is only made into text if the task fails. */
export function callerHere(): Caller {
  const here = {};
  Error.captureStackTrace(here, callerHere);
  return here;
}

/** Gives an error of the pool itself the stack of who has submitted the task. */
export function atCaller(error: Error, caller: Caller | undefined): void {
  const frames = withoutOwn(framesOf(caller));
  if (frames === "") return;
  Object.defineProperty(error, "stack", {
    value: `${error.name}: ${error.message}${frames}`,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}

/**
 * Makes a pool. What that throws comes out of a depth in which the lines of who makes it would be
 * cut off.
 */
export function forCaller<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof Error) atCaller(error, callerHere());
    throw error;
  }
}

/** The lines of their stack. */
export function framesOf(caller: Caller | undefined): string {
  return (caller?.stack?.match(FRAME) ?? []).join("");
}
