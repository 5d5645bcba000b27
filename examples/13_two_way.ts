// A pipe works both ways: the child sends and then receives, the parent answers.
//
// You see the child's message, printed by the parent, and then the parent's, printed by the child.
//
// Permissions: --allow-run --allow-ffi.

import { type Connection, Pipe, Process } from "@parallel/multiprocessing";

export async function f(conn: Connection<unknown>) {
  await conn.send([42, null, "hello from child1"]);
  console.log(await conn.recv());
  conn.close();
}

if (import.meta.main) {
  const [parentConn, childConn] = new Pipe<unknown>();
  const process = new Process({ target: f, args: [childConn] });
  process.start();
  console.log(await parentConn.recv());
  await parentConn.send("data from parent_conn");
  await process.join();
}
