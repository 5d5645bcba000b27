import { assertEquals } from "@std/assert";
import {
  connectSocket,
  importAuthKey,
  SocketServer,
} from "../../../_internal/sockets/mod.ts";
import { leaveNothing } from "../../handles/leave_nothing.ts";

leaveNothing();

Deno.test("SocketServer closes a connection that takes no settings, and goes on", async () => {
  const key = importAuthKey(new TextEncoder().encode("between us"));
  const terms = { key, purpose: "test", maxReceive: 1_000 };
  const address = { hostname: "127.0.0.1", port: 0 };
  const server = new SocketServer({
    ...terms,
    address,
    backlog: 2,
    onRejected: undefined,
  });
  const open = () => Deno.connect(server.address as typeof address);
  const silent = await open();
  const { prototype } = silent.constructor as { prototype: Deno.TcpConn };
  const { setKeepAlive } = prototype;
  prototype.setKeepAlive = () => {
    prototype.setKeepAlive = setKeepAlive;
    throw new Error("Invalid argument (os error 22)");
  };
  const reset = await open();
  assertEquals(await reset.read(new Uint8Array(1)), null);
  for (const conn of [silent, reset]) conn.close();
  const socket = await connectSocket(server.address, terms);
  (await server.accept()).close();
  socket.close();
  await server.close();
});
