// After CPython's _TestPoll.

import { assertEquals, assertRejects } from "@std/assert";
import { type Connection, EndOfStreamError, Pipe } from "../../pipe/mod.ts";
import {
  type Kind,
  leaveNothingBehind,
  LONG,
  start,
  testBoth,
} from "./backends.ts";

leaveNothingBehind();

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("Connection.poll() sees a message without bytes, and leaves it", async () => {
  const [a, b] = new Pipe<unknown>();
  assertEquals(await a.poll(), false);
  await b.sendBytes(new Uint8Array());
  assertEquals([await a.poll(), await a.poll()], [true, true]);
  assertEquals(await a.recvBytes(), new Uint8Array());
  assertEquals(await a.poll(), false);
});

testBoth(
  "Connection.poll() waits for each message of a child, whatever its length",
  async (kind) => {
    const parts = ["hello", "", "a", "b", "", "bye", "", "lop"];
    const [a, b] = new Pipe<unknown>();
    const child = start(
      kind,
      async (connection: Connection<unknown>, parts: string[]) => {
        for (const part of parts) {
          await connection.sendBytes(new TextEncoder().encode(part));
          // Not before the last one was received.
          await connection.recv();
        }
        connection.close();
      },
      b,
      parts,
    );
    for (const part of parts) {
      while (!await a.poll({ timeout: 10 }));
      assertEquals(text(await a.recvBytes()), part);
      await a.send("next");
    }
    assertEquals(await a.poll(LONG), true);
    assertEquals(await Array.fromAsync(a), []);
    await child.join();
  },
);

/** Gives a reader to a child, which sees by it that something has come, and ends. */
async function pollInChild(
  kind: Kind,
  whilePolling: (reader: Connection<unknown>) => Promise<void>,
) {
  const [reader, writer] = new Pipe<unknown>({ duplex: false });
  const [own, far] = new Pipe<unknown>();
  const child = start(
    kind,
    async (reader: Connection<unknown>, far: Connection<unknown>) => {
      await far.send("polls");
      await far.send(await reader.poll({ timeout: 60_000 }));
      await far.recv();
    },
    reader,
    far,
  );
  assertEquals(await own.recv(LONG), "polls");
  await whilePolling(reader);
  const encoder = new TextEncoder();
  await writer.sendBytes(encoder.encode("first"));
  await writer.sendBytes(encoder.encode("second"));
  writer.close();
  assertEquals(await own.recv(LONG), true);
  await own.send("end");
  assertEquals(await child.join(), 0);
  return reader;
}

testBoth(
  "Connection.poll() of a child takes nothing away from us",
  async (kind) => {
    // It was given away; by this it is ours again, too.
    const reader = await pollInChild(kind, async (reader) => {
      assertEquals(await reader.poll(), false);
    });
    assertEquals(text(await reader.recvBytes()), "first");
    assertEquals(text(await reader.recvBytes()), "second");
  },
);

testBoth(
  "Connection that was given away and not used goes with the child",
  async (kind) => {
    const reader = await pollInChild(kind, async () => {});
    await assertRejects(() => reader.recvBytes(), EndOfStreamError);
  },
);

testBoth(
  "Connection.poll() and recvBytes() keep messages of a child apart",
  async (kind) => {
    const [a, b] = new Pipe<unknown>();
    assertEquals(await a.poll({ timeout: 0 }), false);
    assertEquals(await a.poll({ timeout: 20 }), false);
    const child = start(kind, async (connection: Connection<unknown>) => {
      for (const part of ["a", "b", "cd"]) {
        await connection.sendBytes(new TextEncoder().encode(part));
      }
    }, b);
    for (const part of ["a", "b", "cd"]) {
      assertEquals([await a.poll(LONG), await a.poll(LONG)], [true, true]);
      assertEquals(await a.poll({ timeout: 0 }), true);
      assertEquals(text(await a.recvBytes(undefined, LONG)), part);
    }
    await child.join();
  },
);
