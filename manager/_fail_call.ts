import { underCaller } from "../_internal/launch/mod.ts";

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
 * Fails a call with an error that has come as its answer.
 *
 * @param settle as {@linkcode failCall} has it
 * @param origin who has answered
 */
export function failCallBy(
  settle: (value: unknown) => void,
  error: unknown,
  origin: string,
): void {
  failCall(settle, () => {
    const here = { stack: "" };
    Error.captureStackTrace(here);
    underCaller(error, origin, (here.stack.match(WAITING) ?? []).join(""));
    return error;
  });
}
