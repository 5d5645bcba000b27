import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  BrokenPipeError,
  BufferTooShortError,
  Connection,
  EndOfStreamError,
  type PipeOptions,
} from "../../pipe/mod.ts";
import { Lock } from "../../sync/mod.ts";
import { checkInterruptions } from "./interruptions.ts";
import { VALUES } from "./values.ts";
import { checkWaits } from "./wait_contract.ts";

/** Two connections. */
export type Pair<T> = Iterable<Connection<T>> & Disposable;

/** Makes a pair of the kind that is tested. */
export type CreatePair = <T>(
  options?: PipeOptions,
) => Pair<T> | Promise<Pair<T>>;

/** What is particular about a kind. */
export interface ConnectionKind {
  /** What messages call the other side. */
  readonly to: string;
  /**
   * Whether messages go through sockets that this thread serves: they need time to
   * arrive, objects of ours cannot travel, and blocking is refused.
   */
  readonly remote?: boolean;
}

/** Long enough that only what hangs takes it. */
const LONG = { timeout: 20_000 };

const ENDED = "Cannot receive from connection: the other end is closed";
const BROKEN = "Cannot send to connection: the other end is closed";
const RECV_CLOSED = "Cannot receive from connection: connection is closed";
const SEND_CLOSED = "Cannot send to connection: connection is closed";

/** Waits until something has arrived, where that takes time. */
async function arrived(connection: Connection<unknown>): Promise<void> {
  assert(await connection.poll(LONG));
}

/** Milliseconds after which a system that is busy has taken what it can. */
const TAKEN_MS = 300;

/**
 * Sends until there is no room, also after what can go on has gone on.
 *
 * @returns how many messages that took
 */
async function fill<T>(
  connection: Connection<T>,
  message: (n: number) => T,
): Promise<number> {
  for (let sent = 0;; sent++) {
    while (connection.trySend(message(sent))) sent++;
    try {
      await connection.send(message(sent), { timeout: TAKEN_MS });
    } catch (error) {
      if ((error as Error).name !== "TimeoutError") throw error;
      // Who waits is not woken for a little room.
      if (!connection.trySend(message(sent))) return sent;
    }
  }
}

/** What connections do, whatever is between them. */
export function testMessages(
  name: string,
  create: CreatePair,
  { to, remote = false }: ConnectionKind,
): void {
  const test = (behaviour: string, run: () => void | Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, run);

  test("carries messages both ways, in every form", async () => {
    const [a, b] = await create<unknown>();
    await a.send(1);
    a.sendSync(2);
    assert(a.trySend(3));
    await b.send("x");
    assertEquals(await b.recv(), 1);
    await arrived(b);
    assertEquals(b.recvSync(), 2);
    await arrived(b);
    assertEquals(b.tryRecv(), { ok: true, value: 3 });
    assertEquals(b.tryRecv(), { ok: false });
    assertEquals(await a.recv(), "x");
  });

  test("takes the options of a wait, and is then as if it had not waited", async () => {
    const [a, b] = await create<unknown>();
    await checkWaits({
      doing: "receive from connection",
      wait: (wait) => b.recv(wait),
      waitSync: remote ? undefined : (wait) => b.recvSync(wait),
    });
    await checkWaits({
      doing: "receive from connection",
      wait: (wait) => b.recvBytes(undefined, wait),
    });
    await checkWaits({
      doing: "receive from connection",
      wait: (wait) => b.recvBytesInto(new Uint8Array(1), 0, wait),
    });
    await a.send(0);
    assertEquals(await b.recv(), 0);
    const sent = await fill(a, (n) => n);
    await checkWaits({
      doing: "send to connection",
      wait: (wait) => a.send("never", wait),
      waitSync: remote ? undefined : (wait) => a.sendSync("never", wait),
    });
    await checkWaits({
      doing: "send to connection",
      wait: (wait) => a.sendBytes(new Uint8Array(9), 0, 9, wait),
    });
    for (let n = 0; n < sent; n++) {
      const message = await b.recv();
      if (message !== n) throw new Error(`${message} came instead of ${n}`);
    }
    assertEquals(b.tryRecv(), { ok: false });
  });

  test("makes senders wait when 1 MiB is on its way, but takes what is larger", async () => {
    const [a, b] = await create<Uint8Array>();
    const large = new Uint8Array(50_000_000).fill(7);
    assert(a.trySend(large));
    // A socket has taken it on its way already.
    if (!remote) assertEquals(a.trySend(new Uint8Array(1)), false);
    const waiting = a.send(new Uint8Array(2));
    const bytes = await b.recv();
    assertEquals([bytes.length, bytes[0], bytes.at(-1)], [large.length, 7, 7]);
    await waiting;
    assertEquals((await b.recv()).length, 2);
  });

  test("keeps the order of calls that are not awaited", async () => {
    const [a, b] = await create<number[]>();
    const sends = Array.from(
      { length: 300 },
      (_, n) => a.send([n, ...new Array(2_000).fill(n)]),
    );
    const received = Array.from({ length: 300 }, () => b.recv());
    const messages = await Promise.all(received);
    await Promise.all(sends);
    assertEquals(
      messages.map(([n]) => n),
      Array.from({ length: 300 }, (_, n) => n),
    );
    assert(messages.every((it) => it.length === 2_001));
  });

  test("carries a value of every kind", async () => {
    const [a, b] = await create<unknown>();
    for (const value of Object.values(VALUES)) {
      await a.send(value);
      assertEquals(await b.recv(), value);
    }
  });

  test("says which part cannot be sent, and sends nothing then", async () => {
    const [a, b] = await create<unknown>();
    const value = { onDone: () => {} };
    const text =
      `Cannot send message.onDone: a function cannot be sent to ${to}`;
    await assertRejects(() => a.send(value), TypeError, text);
    assertThrows(() => a.sendSync(value), TypeError, text);
    assertThrows(() => a.trySend(value), TypeError, text);
    assertEquals([b.tryRecv(), await b.poll()], [{ ok: false }, false]);
  });

  test("sendBytes() sends a part of the bytes", async () => {
    const [a, b] = await create<unknown>();
    const bytes = new Uint8Array([0, 1, 2, 3, 4, 5]);
    const cases: [number?, number?][] = [
      [],
      [2],
      [2, 3],
      [6],
      [6, 0],
      [0, 0],
      [0, 6],
      [undefined, 2],
    ];
    for (const [offset, size] of cases) {
      await a.sendBytes(bytes, offset, size);
      const end = size === undefined ? undefined : (offset ?? 0) + size;
      assertEquals(await b.recvBytes(), bytes.slice(offset ?? 0, end));
    }
    await a.sendBytes(bytes.subarray(1, 4), 1, 2);
    assertEquals(await b.recv(), new Uint8Array([2, 3]));
    const view = new Uint8Array(200_000).map((_, n) => n % 251);
    await a.sendBytes(view, 17, 150_000);
    assertEquals(await b.recvBytes(), view.slice(17, 150_017));
  });

  test("sendBytes() takes only bytes that there are", async () => {
    const [a, b] = await create<unknown>();
    const bytes = new Uint8Array(6);
    const wrong: [number, number?][] = [
      [-1],
      [7],
      [0, -1],
      [0, 7],
      [1, 6],
      [6, 1],
      [0.5],
      [NaN],
      [0, 1.5],
      [Infinity],
    ];
    for (const [offset, size] of wrong) {
      await assertRejects(
        () => a.sendBytes(bytes, offset, size),
        RangeError,
        "Cannot send bytes: ",
      );
    }
    const others: unknown[] = [
      "bytes",
      [1],
      bytes.buffer,
      new Int8Array(1),
      null,
    ];
    for (const value of others) {
      await assertRejects(
        () => a.sendBytes(value as Uint8Array),
        TypeError,
        "Cannot send bytes: not a Uint8Array",
      );
    }
    for (const name of ["offset", "size"]) {
      const [offset, size] = name === "offset" ? [null, 1] : [0, null];
      await assertRejects(
        () => Reflect.apply(a.sendBytes, a, [bytes, offset, size]),
        TypeError,
        `Cannot send bytes: ${name} is null, not a number`,
      );
    }
    bytes.buffer.transfer();
    await assertRejects(
      () => a.sendBytes(bytes),
      TypeError,
      "Cannot send bytes: their buffer is detached",
    );
    assertEquals(await b.poll(), false);
  });

  test("recvBytes() leaves a message whole that is too long", async () => {
    const [a, b] = await create<unknown>();
    for (const length of [10, 70_000]) {
      const bytes = new Uint8Array(length).map((_, n) => n);
      await a.sendBytes(bytes);
      for (const maxLength of [0, 9, length - 1]) {
        await assertRejects(
          () => b.recvBytes(maxLength),
          BufferTooShortError,
          `Cannot receive bytes: the message has ${length}, there is room for ${maxLength}`,
        );
      }
      await assertRejects(
        () => b.recvBytesInto(new Uint8Array(length + 4), 5),
        BufferTooShortError,
        `there is room for ${length - 1}`,
      );
      assertEquals(await b.recvBytes(length), bytes);
    }
    assertEquals(await b.poll(), false);
  });

  test("recvBytes() takes 0 bytes, and only bytes", async () => {
    const [a, b] = await create<unknown>();
    await a.sendBytes(new Uint8Array());
    await arrived(b);
    assertEquals(await b.recvBytes(0), new Uint8Array());
    await a.sendBytes(new Uint8Array());
    assertEquals(await b.recvBytesInto(new Uint8Array()), 0);
    await a.send({ a: "value" });
    const text =
      "Cannot receive bytes: the next message is a value; use recv()";
    await assertRejects(() => b.recvBytes(), TypeError, text);
    await assertRejects(
      () => b.recvBytesInto(new Uint8Array(99)),
      TypeError,
      text,
    );
    assertEquals(await b.recv(), { a: "value" });
    for (const maxLength of [-1, NaN]) {
      await assertRejects(() => b.recvBytes(maxLength), RangeError);
    }
    for (const offset of [-1, 0.5, NaN, 11]) {
      await assertRejects(
        () => b.recvBytesInto(new Uint8Array(10), offset),
        RangeError,
      );
    }
  });

  test("recvBytesInto() writes where it is told to", async () => {
    const [a, b] = await create<unknown>();
    const target = new Uint8Array(8);
    await a.sendBytes(new Uint8Array([1, 2, 3]));
    assertEquals(await b.recvBytesInto(target), 3);
    await a.sendBytes(new Uint8Array([4, 5, 6]));
    assertEquals(await b.recvBytesInto(target, 5), 3);
    assertEquals(target, new Uint8Array([1, 2, 3, 0, 0, 4, 5, 6]));
  });

  test("recvBytesInto() loses nothing if the buffer is detached meanwhile", async () => {
    const [a, b] = await create<unknown>();
    const target = new Uint8Array(8);
    const waiting = assertRejects(
      () => b.recvBytesInto(target),
      BufferTooShortError,
    );
    target.buffer.transfer();
    await a.sendBytes(new Uint8Array([1]));
    await waiting;
    assertEquals(await b.recvBytes(), new Uint8Array([1]));
  });

  test("carries the bytes as they were when they were sent", async () => {
    const [a, b] = await create<unknown>();
    await fill(a, () => new Uint8Array(10_000));
    const small = new Uint8Array([1, 2]);
    const large = new Uint8Array(100_000).fill(1);
    const waiting = [a.sendBytes(small), a.sendBytes(large)];
    small.fill(9);
    large.buffer.transfer();
    const messages: unknown[] = [];
    for (let n = 0; n < 2;) {
      const message = await b.recv() as Uint8Array;
      if (message.length !== 10_000) messages[n++] = message;
    }
    await Promise.all(waiting);
    assertEquals(messages, [
      new Uint8Array([1, 2]),
      new Uint8Array(100_000).fill(1),
    ]);
  });

  test("poll() says whether there is something to receive", async () => {
    const [a, b] = await create<number>();
    assertEquals(await b.poll(), false);
    assertEquals(await b.poll({ timeout: 0 }), false);
    assertEquals(await b.poll({ timeout: -1 }), false);
    assertEquals(await b.poll({ timeout: 10 }), false);
    const polls = [
      b.poll({ timeout: 60_000 }),
      b.poll({}),
      b.poll({ timeout: Infinity }),
    ];
    await a.send(1);
    assertEquals(await Promise.all(polls), [true, true, true]);
    assertEquals(await b.poll(), true);
    assertEquals(await b.recv(), 1);
    assertEquals(await b.poll(), false);
    const controller = new AbortController();
    const aborted = b.poll({ signal: controller.signal }).catch((it) => it);
    controller.abort("enough");
    assertEquals(await aborted, "enough");
    await assertRejects(() => b.poll({ timeout: NaN }), TypeError);
    a.close();
    await arrived(b);
    assertEquals(await b.poll(), true);
    assertEquals(await b.poll({ timeout: 60_000 }), true);
    await assertRejects(() => b.recv(), EndOfStreamError);
  });

  test("keeps messages apart, whatever their length", async () => {
    const [a, b] = await create<string>();
    for (const text of ["", "a", "", "bc".repeat(40_000), ""]) {
      await a.send(text);
    }
    const lengths: number[] = [];
    while (lengths.length < 5) {
      await arrived(b);
      lengths.push((await b.recv()).length);
    }
    assertEquals(lengths, [0, 1, 0, 80_000, 0]);
    assertEquals(await b.poll(), false);
  });

  test("receives what is left, then the end of the stream", async () => {
    const [a, b] = await create<number>();
    await a.send(1);
    await a.send(2);
    await b.send(3);
    a.close();
    assertEquals(await b.recv(), 1);
    await arrived(b);
    assertEquals(b.recvSync(), 2);
    await assertRejects(() => b.recv(), EndOfStreamError, ENDED);
    await assertRejects(() => b.recvBytes(), EndOfStreamError, ENDED);
    assertThrows(() => b.recvSync(), EndOfStreamError, ENDED);
    assertThrows(() => b.tryRecv(), EndOfStreamError, ENDED);
    await assertRejects(() => b.send(4), BrokenPipeError, BROKEN);
    await assertRejects(
      () => b.sendBytes(new Uint8Array(50_000)),
      BrokenPipeError,
      BROKEN,
    );
    assertThrows(() => b.sendSync(4), BrokenPipeError, BROKEN);
    assertThrows(() => b.trySend(4), BrokenPipeError, BROKEN);
  });

  test("ends every wait of the other end by close()", async () => {
    const [a, b] = await create<unknown>();
    const gone: Promise<unknown>[] = [
      assertRejects(() => b.recv(), EndOfStreamError, ENDED),
      assertRejects(() => b.recvBytes(), EndOfStreamError, ENDED),
    ];
    await fill(b, () => new Uint8Array(10_000));
    for (
      const sending of [b.send(1), b.sendBytes(new Uint8Array(20_000))]
    ) {
      const told = assertRejects(() => sending, BrokenPipeError, BROKEN);
      // What the other side has not read may give way before that is told.
      gone.push(remote ? told.catch(() => sending) : told);
    }
    const poll = b.poll({});
    a.close();
    await Promise.all(gone);
    assertEquals(await poll, true);
  });

  test("ends every wait of its own by close(), at once", async () => {
    const [a, b] = await create<unknown>();
    const waits = [
      assertRejects(() => a.recv(), Error, RECV_CLOSED),
      assertRejects(() => a.recvBytes(), Error, RECV_CLOSED),
      assertRejects(() => a.poll({}), Error, RECV_CLOSED),
    ];
    await fill(a, () => new Uint8Array(10_000));
    waits.push(assertRejects(() => a.send(1), Error, SEND_CLOSED));
    // The other way round, those who ask a hub might first be told that nobody is there.
    a.close();
    b.close();
    // Those that come next get the same memory, and none of the old waits.
    const [c, d] = await create<unknown>();
    const received = c.recv();
    d.sendSync("new");
    await Promise.all(waits);
    assertEquals(await received, "new");
  });

  test("cannot be used after close()", async () => {
    const [a, b] = await create<unknown>();
    assertEquals(a.closed, false);
    a.close();
    a.close();
    a[Symbol.dispose]();
    assertEquals(a.closed, true);
    await assertRejects(() => a.send(1), Error, SEND_CLOSED);
    assertThrows(() => a.sendSync(1), Error, SEND_CLOSED);
    assertThrows(() => a.trySend(1), Error, SEND_CLOSED);
    await assertRejects(
      () => a.sendBytes(new Uint8Array(1)),
      Error,
      SEND_CLOSED,
    );
    await assertRejects(() => a.recv(), Error, RECV_CLOSED);
    assertThrows(() => a.recvSync(), Error, RECV_CLOSED);
    assertThrows(() => a.tryRecv(), Error, RECV_CLOSED);
    await assertRejects(() => a.recvBytes(), Error, RECV_CLOSED);
    await assertRejects(() => a.poll(), Error, RECV_CLOSED);
    await assertRejects(() => a.poll({ timeout: 5 }), Error, RECV_CLOSED);
    const [c] = await create<unknown>();
    await assertRejects(
      () => c.send({ a }),
      TypeError,
      "Cannot send message.a: this Connection is closed",
    );
    b.close();
    await assertRejects(
      () => c.send([b]),
      TypeError,
      "this Connection is closed",
    );
  });

  test("is closed by using, and iteration ends", async () => {
    let outer: Connection<number>;
    {
      const [a, b] = await create<number>();
      outer = b;
      using _a = a;
      await a.send(1);
      await a.send(2);
    }
    assertEquals(await Array.fromAsync(outer), [1, 2]);
    assertEquals(outer.closed, false);
    using pipe = await create<number>();
    const [c, d] = pipe;
    await c.send(1);
    for await (const n of d) {
      assertEquals(n, 1);
      break;
    }
    assertEquals(d.tryRecv(), { ok: false });
    pipe[Symbol.dispose]();
    assertEquals([c.closed, d.closed], [true, true]);
  });

  test("iteration ends when it is closed here", async () => {
    using pipe = await create<number>();
    const [a, b] = pipe;
    await a.send(1);
    const waiting = b[Symbol.asyncIterator]();
    assertEquals(await waiting.next(), { done: false, value: 1 });
    const next = waiting.next();
    const received = b.recv();
    b.close();
    assertEquals(await next, { done: true, value: undefined });
    await assertRejects(() => received, Error, "closed");
    assertEquals(await Array.fromAsync(b), []);
  });

  for (const form of ["recv", "recvBytes", "poll"] as const) {
    test(`${form}() lets timers and signals through while there is always something`, async () => {
      const [a, b] = await create<unknown>();
      const bytes = new Uint8Array(3);
      await checkInterruptions(async (goesOn) => {
        while (goesOn()) {
          if (form === "poll") await b.poll();
          else if (form === "recv") {
            a.trySend(1);
            await b.recv();
          } else {
            await a.sendBytes(bytes);
            await b.recvBytes();
          }
        }
      });
    });
  }
}

/** What the ends of a pipe do on every kind of memory. */
export function testConnection(
  name: string,
  create: CreatePair,
  to: string,
): void {
  const test = (behaviour: string, run: () => void | Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, run);

  testMessages(name, create, { to });

  test("of duplex: false receives at the first end and sends at the second", async () => {
    const [reader, writer] = await create<number>({ duplex: false });
    assertEquals([reader.readable, reader.writable], [true, false]);
    assertEquals([writer.readable, writer.writable], [false, true]);
    await writer.send(1);
    assertEquals(await reader.recv(), 1);
    const readOnly = "Cannot send to connection: it is read-only";
    const writeOnly = "Cannot receive from connection: it is write-only";
    await assertRejects(() => reader.send(1), Error, readOnly);
    assertThrows(() => reader.sendSync(1), Error, readOnly);
    assertThrows(() => reader.trySend(1), Error, readOnly);
    await assertRejects(
      () => reader.sendBytes(new Uint8Array(1)),
      Error,
      readOnly,
    );
    await assertRejects(() => writer.recv(), Error, writeOnly);
    assertThrows(() => writer.recvSync(), Error, writeOnly);
    assertThrows(() => writer.tryRecv(), Error, writeOnly);
    await assertRejects(() => writer.recvBytes(), Error, writeOnly);
    await assertRejects(() => writer.poll(), Error, writeOnly);
    await assertRejects(() => Array.fromAsync(writer), Error, writeOnly);
    const [a, b] = await create();
    assert(a.readable && a.writable && b.readable && b.writable);
  });

  test("cannot be constructed", () => {
    assertThrows(
      () => new Connection(),
      TypeError,
      "Cannot construct Connection: use new Pipe(), which makes two",
    );
  });

  test("carries ends and locks, and gives back the same objects", async () => {
    const [a, b] = await create<unknown>();
    const [c, d] = await create<unknown>();
    const lock = new Lock();
    await a.send({ lock, end: c });
    const got = await b.recv() as { lock: unknown; end: unknown };
    assertStrictEquals(got.lock, lock);
    assertStrictEquals(got.end, c);
    await c.send("still works");
    assertEquals(await d.recv(), "still works");
    // An end through itself, and through the other.
    await a.send(a);
    assertStrictEquals(await b.recv(), a);
    await a.send(b);
    assertStrictEquals(await b.recv(), b);
    a.sendSync("after that");
    assertEquals(b.recvSync(), "after that");
  });

  test("ends when it was closed while a message with it was on its way", async () => {
    const [a, b] = await create<unknown>();
    const [c, d] = await create<unknown>();
    await a.send(c);
    c.close();
    const came = await b.recv() as Connection<unknown>;
    assertEquals([came === c, came.closed], [false, false]);
    await came.send("by the one that came");
    assertEquals(await d.recv(), "by the one that came");
    await a.send(came);
    came.close();
    // Nobody will ever receive it.
    b.close();
    a.close();
    await assertRejects(() => d.recv({ timeout: 5_000 }), EndOfStreamError);
  });

  test("keeps an end for a message that waits, though it is closed", async () => {
    const [a, b] = await create<unknown>();
    const [c, d] = await create<unknown>();
    while (a.trySend(new Uint8Array(10_000)));
    const waiting = a.send({ c });
    c.close();
    assertEquals(d.tryRecv(), { ok: false });
    let came;
    do came = await b.recv(); while (came instanceof Uint8Array);
    await waiting;
    await (came as { c: Connection<unknown> }).c.send("by the one that came");
    assertEquals(await d.recv(), "by the one that came");
    while (a.trySend(new Uint8Array(10_000)));
    const [e, f] = await create<unknown>();
    const never = assertRejects(() => a.send(e, { timeout: 5 }), DOMException);
    e.close();
    await never;
    await assertRejects(() => f.recv({ timeout: 5_000 }), EndOfStreamError);
  });
}
