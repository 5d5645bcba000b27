import { isClosing } from "./_errors.ts";
import { EndOfStreamError } from "./end_of_stream_error.ts";

/** Receives until the end of the stream, or until the connection is closed here. */
export async function* receiveAll<T>(
  recv: () => Promise<T>,
): AsyncIterableIterator<T> {
  try {
    for (;;) yield await recv();
  } catch (error) {
    if (!isClosing(error) && !(error instanceof EndOfStreamError)) throw error;
  }
}
