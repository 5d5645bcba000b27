import { type Revive, ValueReader } from "./value_reader.ts";

/** What {@linkcode decode} needs beside the bytes. */
export interface DecodeOptions {
  /**
   * Makes a working object of the description of a handle. What it throws, `decode()` throws.
   *
   * @default {undefined} A message with a handle in it is malformed.
   */
  readonly revive?: Revive;
}

/**
 * Turns bytes from {@linkcode encode} back into the value.
 *
 * Everything is copied out of `bytes`, which may be shared memory. Nothing in them is trusted: they
 * cannot make `decode()` run away, reach beyond them, or change any prototype.
 *
 * @param bytes exactly one message
 * @param options what it takes to bring handles back
 * @returns the value, with its shared parts and cycles
 * @throws {DecodeError} if the bytes are not a message
 */
export function decode(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): unknown {
  return new ValueReader(bytes, options.revive).message();
}
