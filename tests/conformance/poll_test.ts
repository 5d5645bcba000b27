// After CPython's _TestPoll.

import { assertEquals } from "@std/assert";
import { type Connection, Pipe } from "../../pipe/mod.ts";
import { leaveNothingBehind, LONG, start, testBoth } from "./backends.ts";

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

testBoth(
  "Connection.poll() of a child takes nothing away from us",
  async (kind) => {
    const [reader, writer] = new Pipe<unknown>({ duplex: false });
    const [own, far] = new Pipe<unknown>();
    const child = start(
      kind,
      async (reader: Connection<unknown>, far: Connection<unknown>) => {
        await far.send("polls");
        await far.send(await reader.poll({ timeout: 60_000 }));
      },
      reader,
      far,
    );
    assertEquals(await own.recv(LONG), "polls");
    // It was given away; by this it is ours again, too.
    assertEquals(await reader.poll(), false);
    const encoder = new TextEncoder();
    await writer.sendBytes(encoder.encode("first"));
    await writer.sendBytes(encoder.encode("second"));
    writer.close();
    assertEquals(await own.recv(LONG), true);
    await child.join();
    assertEquals(text(await reader.recvBytes()), "first");
    assertEquals(text(await reader.recvBytes()), "second");
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
