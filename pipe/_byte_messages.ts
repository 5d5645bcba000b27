import type { Arrival } from "../_internal/channel/mod.ts";
import { BufferTooShortError } from "./buffer_too_short_error.ts";

/**
 * Accepts a message if it is bytes and there is room for them.
 *
 * @param room how many bytes there is room for when it arrives, as the buffer
 *   may have been detached or resized by then
 */
export function acceptBytes(room: () => number): (arrival: Arrival) => void {
  return ({ raw, byteLength }) => {
    if (!raw) {
      throw new TypeError(
        "Cannot receive bytes: the next message is a value; use recv()",
      );
    }
    if (byteLength > room()) {
      throw new BufferTooShortError(
        `Cannot receive bytes: the message has ${byteLength}, there is room for ${room()}`,
      );
    }
  };
}

/** Checks the most bytes that a caller accepts. */
export function checkMaxLength(maxLength: number): void {
  if (typeof maxLength !== "number" || !(maxLength >= 0)) {
    throw new RangeError(
      `Cannot receive bytes: maxLength is ${maxLength}, not 0 or more`,
    );
  }
}

/** Checks that `size` bytes at `offset` are bytes of `bytes`. */
export function checkRange(
  doing: string,
  bytes: Uint8Array,
  offset: number,
  size: number,
): void {
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError(`Cannot ${doing} bytes: not a Uint8Array`);
  }
  for (const [name, value] of [["offset", offset], ["size", size]] as const) {
    if (!Number.isInteger(value) || value < 0) {
      throw new RangeError(
        `Cannot ${doing} bytes: ${name} is ${value}, not a whole number from 0`,
      );
    }
  }
  if (offset + size > bytes.byteLength) {
    throw new RangeError(
      `Cannot ${doing} bytes: offset ${offset} and size ${size} go beyond the ${bytes.byteLength} bytes there are`,
    );
  }
}
