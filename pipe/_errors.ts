import { BrokenPipeError } from "./broken_pipe_error.ts";
import { EndOfStreamError } from "./end_of_stream_error.ts";

/** What to say is attempted by who sends. */
export const SENDING = "send to connection";

/** What to say is attempted by who receives. */
export const RECEIVING = "receive from connection";

/** The error of a send that nobody can receive any more. */
export function broken(): BrokenPipeError {
  return new BrokenPipeError(
    `Cannot ${SENDING}: the other end is closed`,
  );
}

/**
 * The error of a receive that nobody can send for any more.
 *
 * @param cause why, if the other side has not just ended
 */
export function ended(cause?: Error): EndOfStreamError {
  return new EndOfStreamError(
    `Cannot ${RECEIVING}: the other end is closed`,
    cause && { cause },
  );
}

/** What those got who used a connection after it was closed. */
const closings = new WeakSet<Error>();

/** Whether an error says that its connection is closed here. */
export function isClosing(error: unknown): boolean {
  return error instanceof Error && closings.has(error);
}

/** Throws if a connection is closed, or cannot do what it is asked to. */
export function checkUse(
  doing: string,
  closed: boolean,
  able: boolean,
  kind: string,
): void {
  if (closed) {
    const error = new Error(
      `Cannot ${doing} connection: connection is closed`,
    );
    closings.add(error);
    throw error;
  }
  if (!able) throw new Error(`Cannot ${doing} connection: it is ${kind}`);
}
