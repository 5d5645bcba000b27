// FUZZ_ROUNDS=1000000 deno task test tests/pipe/listener_fuzz_test.ts

import { assert, assertEquals } from "@std/assert";
import { encode } from "../../_internal/codec/mod.ts";
import {
  connectSocket,
  FRAME,
  type FramedSocket,
  importAuthKey,
} from "../../_internal/sockets/mod.ts";
import {
  AuthenticationError,
  connect,
  type Connection,
  DecodeError,
  EndOfStreamError,
  Listener,
} from "../../pipe/mod.ts";
import { VALUES } from "../contracts/values.ts";
import { fuzz, join, mutate, type Random } from "../fuzz.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import {
  HELLO_BYTES,
  open,
  PROOF_BYTES,
  read,
  readToEnd,
} from "./raw_peers.ts";

leaveNothing();

const LOCAL = { hostname: "127.0.0.1", port: 0 };
const LONG = { timeout: 20_000 };
const authKey = "of the tests";

const MESSAGES = Object.entries(VALUES)
  .filter(([name]) => !name.startsWith("l"))
  .map(([, value]) => bytesOf(value));
const FRAMES = MESSAGES.map((bytes) =>
  join(
    new Uint8Array([bytes.length, bytes.length >> 8, 0, 0, FRAME.VALUE]),
    bytes,
  )
);

function bytesOf(value: unknown): Uint8Array {
  const message = encode(value, { root: "message" });
  const bytes = new Uint8Array(message.byteLength);
  message.writeTo(bytes);
  return bytes;
}

/** What a peer may say before it is let in, though it never will be. */
function makeAnswer(random: Random, hello: Uint8Array): Uint8Array {
  const proof = random.bytes(PROOF_BYTES);
  switch (random.below(5)) {
    case 0:
      return random.bytes(random.below(200));
    case 1:
      return join(hello, proof);
    case 2:
      return join(hello, proof, random.oneOf(FRAMES));
    default:
      return mutate(random, join(hello, proof), FRAMES);
  }
}

async function answer(listener: Listener, random: Random): Promise<void> {
  using conn = await open(listener.address);
  const hello = await read(conn, HELLO_BYTES);
  await conn.write(makeAnswer(random, hello)).catch(() => {});
  await (conn as Deno.UnixConn).closeWrite().catch(() => {});
  assert(
    await readToEnd(conn) <= 1,
    "it was told more than that it is refused",
  );
}

async function letIn(listener: Listener): Promise<void> {
  using client = await connect(listener.address, { authKey, ...LONG });
  using server = await listener.accept(LONG);
  await client.send("hello");
  assertEquals(await server.recv(LONG), "hello");
}

for (const address of [undefined, LOCAL]) {
  const where = address === undefined ? "" : " over TCP";
  Deno.test(`Listener lets nobody in for any bytes${where}`, async () => {
    const rejected: Error[] = [];
    using listener = new Listener({
      address,
      authKey,
      onRejected: (error) => rejected.push(error),
    });
    let count = 0;
    await fuzz(async (random) => {
      const answers = Array.from(
        { length: 20 },
        () => answer(listener, random),
      );
      await Promise.all(answers);
      count += answers.length;
      assertEquals(listener.tryAccept(), { ok: false });
      for (const error of rejected.splice(0)) {
        const isKnown = error instanceof AuthenticationError ||
          error instanceof Deno.errors.ConnectionReset ||
          error instanceof Deno.errors.BrokenPipe;
        if (!isKnown) throw error;
      }
    }, 20);
    assert(count >= 20);
    await letIn(listener);
  });
}

/** Receives until a mark, or the end of the stream. */
async function receiveAll(
  connection: Connection<unknown>,
  mark: string,
): Promise<"mark" | "end"> {
  for (;;) {
    try {
      if (await connection.recv(LONG) === mark) return "mark";
    } catch (error) {
      if (error instanceof EndOfStreamError) return "end";
      if (!(error instanceof DecodeError)) throw error;
    }
  }
}

Deno.test("Connection over a socket takes any bytes of a peer that was let in", async () => {
  using listener = new Listener<unknown>({ authKey, maxMessage: 100_000 });
  const terms = {
    key: importAuthKey(new TextEncoder().encode(authKey)),
    purpose: "connection",
    maxReceive: 1_000,
  };
  let socket: FramedSocket | undefined;
  let connection: Connection<unknown> | undefined;
  let rounds = 0;
  await fuzz(async (random) => {
    if (socket === undefined || connection === undefined) {
      socket = await connectSocket(listener.address, terms);
      connection = await listener.accept(LONG);
    }
    if (random.below(10) > 0) {
      // Frames as they should be, of anything.
      const mark = `mark ${rounds++}`;
      for (let n = 0; n < 100; n++) {
        const bytes = random.below(4) === 0
          ? random.bytes(random.below(100))
          : mutate(random, random.oneOf(MESSAGES), MESSAGES);
        await socket.send(random.below(2), bytes);
      }
      await socket.send(FRAME.VALUE, bytesOf(mark));
      assertEquals(await receiveAll(connection, mark), "mark");
    } else {
      const parts = Array.from({ length: 100 }, () => {
        const frame = random.oneOf(FRAMES);
        return random.below(20) === 0 ? mutate(random, frame, FRAMES) : frame;
      });
      await socket.writeRaw(join(...parts)).catch(() => {});
      socket.close();
      socket = undefined;
      assertEquals(await receiveAll(connection, "none"), "end");
      connection.close();
    }
  }, 100);
  socket?.close();
  connection?.close();
  await letIn(listener);
});
