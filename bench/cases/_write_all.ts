/** Writes all bytes, though a write may take only some. */
export async function writeAll(
  connection: Deno.Conn,
  bytes: Uint8Array,
): Promise<void> {
  let length = 0;
  while (length < bytes.length) {
    length += await connection.write(bytes.subarray(length));
  }
}
