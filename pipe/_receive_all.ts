import { takeAll } from "../_internal/take_all.ts";
import { isClosing } from "./_errors.ts";
import { EndOfStreamError } from "./end_of_stream_error.ts";

/** Receives until the end of the stream, or until the connection is closed here. */
export function receiveAll<T>(
  recv: () => Promise<T>,
): AsyncIterableIterator<T> {
  return takeAll(
    recv,
    (error) => isClosing(error) || error instanceof EndOfStreamError,
  );
}
