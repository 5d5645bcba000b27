// The child sends two messages at once and a third one a second later, and ends. The parent
// receives four times.
//
// The third time it waits for the child. The fourth time there is nobody left who could send, so
// you see an EndOfStreamError instead of a program that waits forever.
//
// Permissions: --allow-run --allow-ffi.

import {
  type Connection,
  EndOfStreamError,
  Pipe,
  Process,
} from "@parallel/multiprocessing";

export async function f(conn: Connection<unknown[]>) {
  await conn.send([42, null, "hello from child1"]);
  await conn.send([43, null, "hello from child2"]);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await conn.send([44, null, "hello from child3"]);
}

if (import.meta.main) {
  const [parentConn, childConn] = new Pipe<unknown[]>();
  const process = new Process({ target: f, args: [childConn] });
  process.start();
  console.log(await parentConn.recv());
  console.log(await parentConn.recv());
  console.log(await parentConn.recv());
  try {
    await parentConn.recv();
  } catch (error) {
    if (!(error instanceof EndOfStreamError)) throw error;
    console.log(String(error));
  }
  await process.join();
}
