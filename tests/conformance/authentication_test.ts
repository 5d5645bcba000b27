// After CPython's OtherTest and ChallengeResponseTest.

import { assert, assertEquals, assertRejects } from "@std/assert";
import { AuthenticationError, connect, Listener } from "../../pipe/mod.ts";
import {
  HELLO_BYTES,
  listenRaw,
  makeHello,
  open,
  PROOF_BYTES,
  read,
  readToEnd,
} from "../pipe/raw_peers.ts";
import { leaveNothingBehind, LONG } from "./backends.ts";

leaveNothingBehind();

const BOGUS = new TextEncoder().encode("something bogus\n".repeat(20));
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
  return { listener, rejected, first: first.promise };
}

Deno.test("Listener turns away who answers with something bogus, and goes on", async () => {
  const { listener, first, rejected } = listenAndReject("abc");
  using _listener = listener;
  const accepted = listener.accept(LONG);
  using bogus = await open(listener.address);
  await bogus.write(BOGUS);
  assert(await first instanceof AuthenticationError, `${await first}`);
  using client = await connect<string>(listener.address, { authKey: "abc" });
  await client.send("hello");
  using server = await accepted;
  assertEquals(await server.recv(LONG), "hello");
  assertEquals(rejected.length, 1);
});

Deno.test("connect() turns away a listener that answers with something bogus", async () => {
  const first = async (conn: Deno.Conn) => {
    await conn.write(BOGUS);
    await readToEnd(conn);
  };
  const second = async (conn: Deno.Conn) => {
    await conn.write(makeHello());
    await read(conn, HELLO_BYTES + PROOF_BYTES);
    // It lets us in, and is to prove that it may.
    await conn.write(new Uint8Array([1, ...BOGUS.subarray(0, PROOF_BYTES)]));
    await readToEnd(conn);
  };
  for (
    const [answer, text] of [
      [first, "what listens there speaks another protocol"],
      [second, "the listener does not know the authKey"],
    ] as const
  ) {
    using listener = listenRaw(answer);
    await assertRejects(
      () => connect(listener.address, { authKey: "abc", ...LONG }),
      AuthenticationError,
      text,
    );
    await listener.answered;
  }
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
