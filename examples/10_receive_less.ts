// The child sends two messages, the parent receives only one.
//
// You see the first message. The second stays in the pipe, keeps nobody waiting, and goes with it.
//
// Permissions: --allow-run --allow-ffi.

import { type Connection, Pipe, Process } from "@parallel/multiprocessing";

export async function f(conn: Connection<unknown[]>) {
  await conn.send([42, null, "hello from child1"]);
  await conn.send([43, null, "hello from child2"]);
  conn.close();
}

if (import.meta.main) {
  const [parentConn, childConn] = new Pipe<unknown[]>();
  const process = new Process({ target: f, args: [childConn] });
  process.start();
  console.log(await parentConn.recv());
  await process.join();
}
