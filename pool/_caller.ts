import { withRemoteStack } from "../_internal/codec/mod.ts";
import { ownFrames, trimParts } from "../_internal/launch/mod.ts";

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

/**
 * Puts the stack of who has submitted a task above that of an error it has thrown.
 *
 * @param worker The name of the worker that threw it.
 */
export function underCaller(
  error: unknown,
  worker: string,
  caller: Caller | undefined,
): void {
  if (!(error instanceof Error)) return;
  error.stack = withoutOwn(error.stack ?? "");
  trimParts(error, own());
  withRemoteStack(error, worker, framesOf(caller));
}

/** Gives an error of the pool itself the stack of who has submitted the task. */
export function atCaller(error: Error, caller: Caller | undefined): void {
  const frames = framesOf(caller);
  if (frames === "") return;
  Object.defineProperty(error, "stack", {
    value: `${error.name}: ${error.message}${frames}`,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}

function framesOf(caller: Caller | undefined): string {
  return withoutOwn((caller?.stack?.match(FRAME) ?? []).join(""));
}

function withoutOwn(stack: string): string {
  return stack.replace(own(), "$1");
}

/** The lines about how a call gets to a worker, and is made there. */
function own(): RegExp {
  return ownFrames("pool|process|_internal");
}
