import { withRemoteStack } from "../codec/mod.ts";
import { ownFrames } from "./own_frames.ts";
import { trimParts } from "./trim_stack.ts";

/**
 * Puts the lines of who waits for an answer above the stack of an error that has come as
 * that answer, without those about how calls get to where they are done.
 *
 * @param error what was thrown; nothing is done to what is no error
 * @param origin the name of who has answered
 * @param callers lines of a stack
 */
export function underCaller(
  error: unknown,
  origin: string,
  callers: string,
): void {
  if (!(error instanceof Error)) return;
  error.stack = withoutOwn(error.stack ?? "");
  trimParts(error, own());
  withRemoteStack(error, origin, withoutOwn(callers));
}

/** A stack without the lines about how a call gets to where it is done. */
export function withoutOwn(stack: string): string {
  return stack.replace(own(), "$1");
}

function own(): RegExp {
  return ownFrames("manager|pool|process|_internal");
}
