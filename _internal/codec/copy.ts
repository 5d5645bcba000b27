import { decode } from "./decode.ts";
import { encode } from "./encode.ts";
import type { HandleLike } from "./format.ts";

/**
 * Copies a value as if it had been sent, but the handles in it, which stay the same objects.
 *
 * @returns the copy, with its shared parts and cycles; primitives are their own copies
 * @throws {TypeError} if some part of the value cannot be sent
 */
export function copy(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const handles: HandleLike[] = [];
  const message = encode(value, {
    root: "value",
    describe: (handle) => ({
      kind: "",
      module: "",
      words: [handles.push(handle) - 1],
    }),
  });
  const bytes = new Uint8Array(message.byteLength);
  message.writeTo(bytes);
  return decode(bytes, { revive: ({ words: [number] }) => handles[number] });
}
