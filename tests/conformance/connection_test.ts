// After CPython's _TestConnection.

import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  BufferTooShortError,
  type Connection,
  EndOfStreamError,
  Pipe,
} from "../../pipe/mod.ts";
import {
  FAR,
  type Kind,
  leaveNothingBehind,
  LONG,
  start,
  testBoth,
} from "./backends.ts";

leaveNothingBehind();

const bytes = (text: string) => new TextEncoder().encode(text);

/** Starts a child that sends bytes back until it gets none. */
function startEcho(kind: Kind, connection: Connection<unknown>) {
  return start(kind, async (connection: Connection<unknown>) => {
    for (;;) {
      const message = await connection.recv();
      if (message instanceof Uint8Array && message.length === 0) break;
      if (message instanceof Uint8Array) await connection.sendBytes(message);
      else await connection.send(message);
    }
    connection.close();
  }, connection);
}

testBoth(
  "Connection carries values and bytes to a child and back",
  async (kind) => {
    const [own, far] = new Pipe<unknown>();
    const child = startEcho(kind, far);
    await own.send([1, 2.25, null]);
    assertEquals(await own.recv(LONG), [1, 2.25, null]);
    await own.sendBytes(bytes("hello world"));
    assertEquals(await own.recvBytes(undefined, LONG), bytes("hello world"));

    const numbers = new Int32Array([0, 1, 2, 3]);
    const buffer = new Int32Array(10);
    const room = new Uint8Array(buffer.buffer);
    await own.sendBytes(new Uint8Array(numbers.buffer));
    assertEquals(await own.recvBytesInto(room, 0, LONG), 16);
    assertEquals([...buffer], [0, 1, 2, 3, 0, 0, 0, 0, 0, 0]);
    buffer.fill(0);
    await own.sendBytes(new Uint8Array(numbers.buffer));
    assertEquals(await own.recvBytesInto(room, 12, LONG), 16);
    assertEquals([...buffer], [0, 0, 0, 0, 1, 2, 3, 0, 0, 0]);

    await own.sendBytes(bytes("hello world".repeat(10)));
    await assertRejects(
      () => own.recvBytesInto(room, 0, LONG),
      BufferTooShortError,
      "Cannot receive bytes: the message has 110, there is room for 40",
    );
    assertEquals((await own.recvBytes()).length, 110);

    for (const wait of [undefined, { timeout: -1 }, { timeout: 30 }]) {
      const begin = performance.now();
      assertEquals(await own.poll(wait), false);
      assert(performance.now() - begin >= (wait?.timeout ?? 0) - 1);
    }
    await own.send(null);
    assertEquals(await own.poll(LONG), true);
    assertEquals(await own.recv(), null);

    const large = new Uint8Array(16 << 20).fill(88);
    await own.sendBytes(large);
    const back = await own.recvBytes(undefined, LONG);
    assertEquals([back.length, back.every((it) => it === 88)], [
      16 << 20,
      true,
    ]);

    await own.sendBytes(new Uint8Array());
    far.close();
    assertEquals([own.readable, own.writable], [true, true]);
    await assertRejects(() => own.recv(LONG), EndOfStreamError);
    await assertRejects(() => own.recvBytes(), EndOfStreamError);
    assertEquals(await child.join(), 0);
  },
);

Deno.test("Pipe with duplex: false goes one way", async () => {
  const [reader, writer] = new Pipe<number>({ duplex: false });
  assertEquals(await writer.send(1), undefined);
  assertEquals(await reader.recv(), 1);
  assertEquals([reader.readable, reader.writable], [true, false]);
  assertEquals([writer.readable, writer.writable], [false, true]);
  await assertRejects(
    () => reader.send(2),
    Error,
    "Cannot send to connection: it is read-only",
  );
  const text = "Cannot receive from connection: it is write-only";
  await assertRejects(() => writer.recv(), Error, text);
  await assertRejects(() => writer.poll(), Error, text);
});

testBoth(
  "Connection may be closed by the parent as soon as the child is started",
  async (kind) => {
    const [own, far] = new Pipe<unknown>();
    const child = startEcho(kind, far);
    far.close();
    await own.sendBytes(bytes("hello"));
    assertEquals(await own.recvBytes(undefined, LONG), bytes("hello"));
    await own.sendBytes(new Uint8Array());
    own.close();
    assertEquals(await child.join(), 0);
  },
);

Deno.test("Connection.sendBytes() sends from an offset, and refuses what is not there", async () => {
  const [a, b] = new Pipe<unknown>();
  const alphabet = bytes("abcdefghijklmnopqrstuvwxyz");
  const parts: [number?, number?][] = [[], [5], [7, 8], [26], [26, 0]];
  for (const [offset, size] of parts) {
    await a.sendBytes(alphabet, offset, size);
    const from = offset ?? 0;
    assertEquals(
      await b.recvBytes(),
      alphabet.slice(from, size === undefined ? undefined : from + size),
    );
  }
  for (const [offset, size] of [[27], [22, 5], [26, 1], [-1], [4, -1]]) {
    await assertRejects(
      () => a.sendBytes(alphabet, offset, size),
      RangeError,
      "Cannot send bytes: ",
    );
  }
  assertEquals(await b.poll(), false);
});

Deno.test("Connection refuses an open file or socket before anything is sent", async () => {
  const [a, b] = new Pipe<unknown>();
  using file = Deno.openSync(new URL(import.meta.url));
  using listener = Deno.listen({ port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  using socket = await Deno.connect({ port });
  const open = { FsFile: file, Listener: listener, TcpConn: socket };
  const all = { ...open, Stdin: Deno.stdin, Stdout: Deno.stdout };
  for (const [name, value] of Object.entries(all)) {
    await assertRejects(
      () => a.send({ value }),
      TypeError,
      `Cannot send message.value: a Deno.${name} cannot be sent to ${FAR}`,
    );
  }
  assertEquals(await b.poll(), false);
});

Deno.test("Connection is closed at the end of a block", async () => {
  const [a, b] = new Pipe<number>();
  {
    using own = a;
    using far = b;
    await own.send(1729);
    assertEquals(await far.recv(), 1729);
    assertEquals([own.closed, far.closed], [false, false]);
  }
  assertEquals([a.closed, b.closed], [true, true]);
  const text = "Cannot receive from connection: connection is closed";
  await assertRejects(() => a.recv(), Error, text);
  await assertRejects(() => b.recv(), Error, text);
});
