/*
 * Messages that a hub gives together: 4 bytes of length, little-endian, and the
 * message, for each.
 */

const LENGTH_BYTES = 4;

/** Puts messages together. */
export function packBatch(messages: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const message of messages) length += LENGTH_BYTES + message.length;
  const batch = new Uint8Array(length);
  const view = new DataView(batch.buffer);
  let at = 0;
  for (const message of messages) {
    view.setUint32(at, message.length, true);
    batch.set(message, at + LENGTH_BYTES);
    at += LENGTH_BYTES + message.length;
  }
  return batch;
}

/** The messages in what {@linkcode packBatch} has made. */
export function* unpackBatch(batch: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(batch.buffer, batch.byteOffset, batch.length);
  for (let at = 0; at < batch.length;) {
    const start = at + LENGTH_BYTES;
    at = start + view.getUint32(at, true);
    yield batch.subarray(start, at);
  }
}
