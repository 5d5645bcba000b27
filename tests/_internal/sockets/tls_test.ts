// What either side says of a peer with which it cannot agree how to encrypt.

import { assertEquals, assertRejects } from "@std/assert";
import {
  type Address,
  connectSocket,
  importAuthKey,
  SocketServer,
} from "../../../_internal/sockets/mod.ts";

const TERMS = {
  key: importAuthKey(new Uint8Array([1])),
  purpose: "test",
  maxReceive: 1_000,
};

function read(name: string): string {
  return Deno.readTextFileSync(
    new URL(`../../fixtures/manager/tls/${name}.pem`, import.meta.url),
  );
}

function open(isEncrypted: boolean) {
  const rejected = Promise.withResolvers<Error>();
  const server = new SocketServer({
    ...TERMS,
    address: { hostname: "127.0.0.1", port: 0 },
    backlog: 1,
    tls: isEncrypted ? { cert: read("cert"), key: read("key") } : undefined,
    onRejected: rejected.resolve,
  });
  const { port } = server.address as { port: number };
  const address: Address = { hostname: "localhost", port };
  return {
    address,
    doing: `Cannot connect to localhost:${port}: `,
    rejected: rejected.promise.then(({ message }) =>
      message.replace(/^Cannot accept connection from 127.0.0.1:\d+: /, "")
    ),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

Deno.test("connectSocket() says where what listens is not trusted, and so does that", async () => {
  await using server = open(true);
  await assertRejects(
    () => connectSocket(server.address, TERMS, undefined, {}),
    Deno.errors.InvalidData,
    `${server.doing}invalid peer certificate: UnknownIssuer`,
  );
  assertEquals(await server.rejected, "received fatal alert: UnknownCA");
});

Deno.test("connectSocket() says where what listens does not encrypt, and so does that", async () => {
  await using server = open(false);
  await assertRejects(
    () => connectSocket(server.address, TERMS, undefined, {}),
    Deno.errors.InvalidData,
    `${server.doing}received corrupt message`,
  );
  assertEquals(await server.rejected, "the peer speaks another protocol");
});

Deno.test("SocketServer says that a peer closed that does not encrypt", async () => {
  await using server = open(true);
  const conn = await Deno.connect(
    server.address as { hostname: string; port: number },
  );
  conn.close();
  assertEquals(
    await server.rejected,
    "the peer closed before it was authenticated",
  );
});
