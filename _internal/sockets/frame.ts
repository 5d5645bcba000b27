/*
 * What travels once both sides have proved that they know the key:
 *
 * 4 bytes   length of the payload, little-endian
 * 1 byte    a kind
 * payload
 */

/** Bytes before the payload. */
export const FRAME_HEADER_BYTES = 5;

/** Kinds of frames. */
export const FRAME = { VALUE: 0, BYTES: 1 } as const;

/** Writes what stands before a payload. */
export function writeFrameHead(
  target: Uint8Array,
  at: number,
  kind: number,
  byteLength: number,
): void {
  target[at] = byteLength;
  target[at + 1] = byteLength >>> 8;
  target[at + 2] = byteLength >>> 16;
  target[at + 3] = byteLength >>> 24;
  target[at + 4] = kind;
}

/** Most bytes that a frame can have. */
export const MAX_FRAME = 2 ** 32 - 1;

/** One message. */
export interface Frame {
  readonly kind: number;
  /** Valid until the next one is asked for. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Thrown when what comes is not what was agreed on. */
export class FrameError extends Error {
  /** Whether it is a frame, and only too large. */
  readonly isTooLarge: boolean;

  /** Creates the error. */
  constructor(message: string, isTooLarge: boolean) {
    super(message);
    this.name = "FrameError";
    this.isTooLarge = isTooLarge;
  }
}
