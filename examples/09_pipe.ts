// A pipe has two ends. The child sends through one, the parent receives from the other.
//
// You see [ 42, null, "hello from child1" ].
//
// Permissions: --allow-run --allow-ffi.

import { type Connection, Pipe, Process } from "@parallel/multiprocessing";

export async function f(conn: Connection<unknown[]>) {
  await conn.send([42, null, "hello from child1"]);
  conn.close();
}

if (import.meta.main) {
  const [parentConn, childConn] = new Pipe<unknown[]>();
  const process = new Process({ target: f, args: [childConn] });
  process.start();
  console.log(await parentConn.recv());
  await process.join();
}
