// After CPython's OtherTest and ChallengeResponseTest.

import { assert, assertEquals, assertRejects } from "@std/assert";
import { AuthenticationError, connect, Listener } from "../../pipe/mod.ts";
import { leaveNothingBehind, LONG } from "./backends.ts";

leaveNothingBehind();

const LOCAL = { hostname: "127.0.0.1", port: 0 };

/** Makes a listener that collects the peers that it does not let in. */
function listenAndReject(authKey: string) {
  const rejected: Error[] = [];
  const first = Promise.withResolvers<Error>();
  const onRejected = (error: Error) => {
    rejected.push(error);
    first.resolve(error);
  };
  const listener = new Listener<string>({
    address: LOCAL,
    authKey,
    onRejected,
  });
  const { port } = listener.address as Deno.NetAddr;
  return { listener, rejected, first: first.promise, port };
}

Deno.test("Listener turns away who answers with something bogus, and goes on", async () => {
  const { listener, first, rejected, port } = listenAndReject("abc");
  using _listener = listener;
  const accepted = listener.accept(LONG);
  using bogus = await Deno.connect({ port, hostname: "127.0.0.1" });
  await bogus.write(new TextEncoder().encode("something bogus\n".repeat(20)));
  assert(await first instanceof AuthenticationError, `${await first}`);
  using client = await connect<string>(listener.address, { authKey: "abc" });
  await client.send("hello");
  using server = await accepted;
  assertEquals(await server.recv(LONG), "hello");
  assertEquals(rejected.length, 1);
});

Deno.test("connect() turns away a listener that answers with something bogus", async () => {
  using listener = Deno.listen(LOCAL);
  const answering = (async () => {
    const conn = await listener.accept();
    await conn.write(new TextEncoder().encode("something bogus\n".repeat(20)));
    return conn;
  })();
  const address = listener.addr as Deno.NetAddr;
  await assertRejects(
    () => connect(address, { authKey: "abc", ...LONG }),
    AuthenticationError,
  );
  (await answering).close();
});

Deno.test("Listener and connect() let each other in by the same key, as text or bytes, and by no other", async () => {
  const { listener, first } = listenAndReject("supadupasecretkey");
  using _listener = listener;
  const bytes = new TextEncoder().encode("supadupasecretkey");
  for (const authKey of ["supadupasecretkey", bytes]) {
    using client = await connect<string>(listener.address, { authKey });
    using server = await listener.accept(LONG);
    await client.send("in");
    assertEquals(await server.recv(LONG), "in");
  }
  for (const authKey of ["supadupasecretkez", "s", undefined]) {
    await assertRejects(
      () => connect(listener.address, { authKey }),
      AuthenticationError,
    );
  }
  assert(await first instanceof AuthenticationError);
  assertEquals(listener.tryAccept(), { ok: false });
});
