import { checkOption, checkWhole } from "../_internal/check.ts";
import type { Arrival } from "../_internal/channel/mod.ts";
import { BufferTooShortError } from "./buffer_too_short_error.ts";

/** How to take a message of bytes. */
interface Taking<R> {
  /** Throws if it is not to be taken. */
  accept(arrival: Arrival): void;
  use(bytes: Uint8Array): R;
}

/** Takes at most so many bytes. */
export function asBytes(maxLength: number): Taking<Uint8Array<ArrayBuffer>> {
  checkOption(maxLength, "number", "maxLength", "receive bytes");
  if (!(maxLength >= 0)) {
    throw new RangeError(
      `Cannot receive bytes: maxLength is ${maxLength}, not 0 or more`,
    );
  }
  return {
    accept: (arrival) => checkRoom(arrival, maxLength),
    use: (bytes) => bytes.slice(),
  };
}

/** Takes as many bytes as there is room for in a buffer from `offset` on. */
export function intoBytes(target: Uint8Array, offset: number): Taking<number> {
  checkRange("receive bytes", target, offset, 0);
  return {
    // It may have been detached or resized by the time that they arrive.
    accept: (arrival) =>
      checkRoom(arrival, Math.max(0, target.byteLength - offset)),
    use(bytes) {
      target.set(bytes, offset);
      return bytes.byteLength;
    },
  };
}

function checkRoom({ raw, byteLength }: Arrival, room: number): void {
  if (!raw) {
    throw new TypeError(
      "Cannot receive bytes: the next message is a value; use recv()",
    );
  }
  if (byteLength > room) {
    throw new BufferTooShortError(
      `Cannot receive bytes: the message has ${byteLength}, there is room for ${room}`,
    );
  }
}

/**
 * The bytes to send out of what was given.
 *
 * @param size all behind `offset`, if left out
 */
export function bytesToSend(
  bytes: Uint8Array,
  offset = 0,
  size?: number,
): Uint8Array {
  checkRange("send bytes", bytes, offset, size === undefined ? 0 : size);
  return bytes.subarray(offset, size === undefined ? undefined : offset + size);
}

/** Checks that `size` bytes at `offset` are bytes of `bytes`. */
function checkRange(
  doing: string,
  bytes: Uint8Array,
  offset: number,
  size: number,
): void {
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError(`Cannot ${doing}: not a Uint8Array`);
  }
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.detached) {
    throw new TypeError(`Cannot ${doing}: their buffer is detached`);
  }
  checkWhole(offset, "offset", doing, 0);
  checkWhole(size, "size", doing, 0);
  if (offset + size > bytes.byteLength) {
    throw new RangeError(
      `Cannot ${doing}: offset ${offset} and size ${size} go beyond the ${bytes.byteLength} bytes there are`,
    );
  }
}
