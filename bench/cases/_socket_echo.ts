// Sends back what comes by the Unix socket that the command line names. Nothing of the library.

import { writeAll } from "./_write_all.ts";

const connection = await Deno.connect({
  transport: "unix",
  path: Deno.args[0]!,
});
const buffer = new Uint8Array(1024);
for (;;) {
  const length = await connection.read(buffer);
  if (length === null) break;
  await writeAll(connection, buffer.subarray(0, length));
}
