import { withRemoteStack } from "../_internal/codec/mod.ts";
import { ownFrames } from "../_internal/launch/mod.ts";

/** Lines about who waits. The others are of the runtime, which has brought the answer. */
const WAITING = /\n\s+at async [^\n]*/g;

/**
 * Fails a call with an error that is made where stacks have the lines of who awaits the
 * call: for that it costs nothing to make one.
 *
 * @param settle resolves the promise that the caller has
 */
export function failCall(
  settle: (value: unknown) => void,
  error: () => unknown,
): void {
  const { promise, reject } = Promise.withResolvers<never>();
  settle(promise.catch(() => {
    throw error();
  }));
  // Only now, so that what awaits the call is tied to the promise when it fails.
  reject();
}

/**
 * Puts the lines of who awaits a call above the stack of an error that has come as its
 * answer. To be called while that fails, by {@linkcode failCall}.
 *
 * @param origin who has answered
 */
export function underCaller(error: unknown, origin: string): unknown {
  if (!(error instanceof Error)) return error;
  error.stack = withoutOwn(error.stack ?? "");
  const here = { stack: "" };
  Error.captureStackTrace(here, underCaller);
  const waiting = here.stack?.match(WAITING) ?? [];
  withRemoteStack(error, origin, withoutOwn(waiting.join("")));
  return error;
}

/** Without the lines about how a call gets to a manager, and is answered there. */
function withoutOwn(stack: string): string {
  return stack.replace(ownFrames("manager|pool|process|_internal"), "$1");
}
