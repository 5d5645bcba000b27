// Connections between processes and threads, and what becomes of them when somebody ends.

import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import {
  BrokenPipeError,
  type Connection,
  EndOfStreamError,
  Pipe,
} from "../../pipe/mod.ts";
import type { Process } from "../../process/mod.ts";
import { Queue } from "../../queue/mod.ts";
import { Lock } from "../../sync/mod.ts";
import {
  awaitThenReturn,
  block,
  echo,
  echoFromQueue,
  echoSync,
  handOn,
  hold,
  inGrandchild,
  nothing,
  passOn,
  sendThenClose,
  sendThenReturn,
  sendThenSleep,
  start,
  useWhatComes,
} from "../fixtures/messages/children.ts";
import { VALUES } from "../contracts/values.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";

leaveNothing({ threads: true });

const KINDS = ["process", "thread"] as const;
/** Long enough that only what hangs takes it. */
const LONG = { timeout: 20_000 };

async function endOf(connection: Connection<unknown>) {
  await assertRejects(() => connection.recv(LONG), EndOfStreamError);
  await assertRejects(() => connection.send(1), BrokenPipeError);
}

for (const kind of KINDS) {
  Deno.test(`Connection carries values of every kind to a ${kind} and back`, async () => {
    const [a, b] = new Pipe<unknown>();
    const child = start(kind, echo, b);
    for (const value of Object.values(VALUES)) {
      await a.send(value);
      assertEquals(await a.recv(LONG), value);
    }
    a.close();
    assertEquals(await child.join(), 0);
  });

  Deno.test(`Connection carries messages to a ${kind} that blocks, and back`, async () => {
    const [a, b] = new Pipe<unknown>();
    const child = start(kind, echoSync, b);
    for (let n = 0; n < 200; n++) {
      await a.send([n, new Uint8Array(n * 500)]);
      const [back, bytes] = await a.recv(LONG) as [number, Uint8Array];
      assertEquals([back, bytes.length], [n, n * 500]);
    }
    await a.send("end");
    await child.join();
    await endOf(a);
  });

  Deno.test(`Connection reaches a grandchild that is a ${kind}`, async () => {
    const [a, b] = new Pipe<unknown>();
    const child = start("process", inGrandchild, kind, "echo", b);
    await a.send("far");
    assertEquals(await a.recv(LONG), "far");
    a.close();
    await child.join();
  });

  Deno.test(`Connection ends when its only holder, a ${kind}, returns`, async () => {
    const [a, b] = new Pipe<unknown>();
    const child = start(kind, sendThenReturn, b, [1, 2]);
    assertEquals([await a.recv(LONG), await a.recv(LONG)], [1, 2]);
    await endOf(a);
    await child.join();
  });

  Deno.test(`Connection ends when its only holder, a ${kind}, closes it`, async () => {
    const [a, b] = new Pipe<unknown>();
    const child = start(kind, sendThenClose, b, [1]);
    assertEquals(await a.recv(LONG), 1);
    await endOf(a);
    child.terminate();
    await child.join();
  });

  Deno.test(`Connection between two children, one a ${kind}, ends with either`, async () => {
    const [a, b] = new Pipe<unknown>();
    const sender = start("process", sendThenReturn, b, [1, 2, 3]);
    const results = new Pipe<unknown>();
    const [c, d] = results;
    const child = start(kind, passOn, a, d);
    assertEquals(await Array.fromAsync(c), [1, 2, 3]);
    await sender.join();
    await child.join();
  });
}

Deno.test("Connection ends when its only holder is killed, after what it has sent", async () => {
  const [a, b] = new Pipe<unknown>();
  const messages = [1, "two", new Uint8Array(300_000), new Map([[1, 2]])];
  const child = start("process", sendThenSleep, b, messages) as Process<never>;
  assertEquals(await a.poll(LONG), true);
  while (await a.recv(LONG) !== "two");
  // All that has been sent by now is still received.
  assertEquals(await a.poll(LONG), true);
  child.kill();
  const left = await Array.fromAsync(a);
  // One at least, as that was there.
  assert(left.length >= 1);
  assertEquals(left, messages.slice(2, 2 + left.length));
  await endOf(a);
  assertEquals(await child.join(), -9);
});

for (const target of [hold, block]) {
  Deno.test(`Connection ends when a process is killed that only ${target.name}s it`, async () => {
    const [a, b] = new Pipe<unknown>();
    const child = start("process", target, b) as Process<never>;
    await a.send("never received");
    const received = endOf(a).then(() => "ended");
    child.kill();
    assertEquals(await received, "ended");
    await child.join();
  });

  Deno.test(`Connection ends when a thread is terminated that only ${target.name}s it`, async () => {
    const [a, b] = new Pipe<unknown>();
    const child = start("thread", target, b);
    child.terminate();
    await endOf(a);
    await child.join();
  });
}

Deno.test("Connection that waits to send is told when the receiver is killed", async () => {
  const [a, b] = new Pipe<unknown>();
  const child = start("process", hold, b) as Process<never>;
  while (a.trySend(new Uint8Array(10_000)));
  const waiting = assertRejects(() => a.send(1, LONG), BrokenPipeError);
  child.kill();
  await waiting;
  await child.join();
});

Deno.test("Connection handed to two children ends with the last", async () => {
  const [a, b] = new Pipe<unknown>();
  const go = [new Queue<unknown>(), new Queue<unknown>()];
  const children = go.map((queue) =>
    start("process", awaitThenReturn, b, queue)
  );
  await go[0].put("end");
  await children[0].join();
  assertEquals(await a.poll({ timeout: 20 }), false);
  await a.send("somebody may still receive it");
  await go[1].put("end");
  await endOf(a);
  await children[1].join();
});

Deno.test("Connection handed on by a child belongs to the next", async () => {
  const [a, b] = new Pipe<unknown>();
  const first = new Queue<unknown>();
  const second = new Queue<unknown>();
  const child = start("process", handOn, first, second);
  await first.put(b);
  await child.join();
  // On its way in a message, nobody holds it, and it is open.
  assertEquals(await a.poll({ timeout: 20 }), false);
  assertStrictEquals(await second.get(LONG), b);
  assertEquals(await second.get(LONG), "handed on");
  await b.send("taken back");
  assertEquals(await a.recv(LONG), "taken back");
  b.close();
  await endOf(a);
});

Deno.test("Connection on its way ends with the message that nobody can receive", async () => {
  const [a, b] = new Pipe<unknown>();
  const [c, d] = new Pipe<unknown>();
  const child = start("process", hold, d) as Process<never>;
  await c.send({ b });
  b.close();
  assertEquals(await a.poll({ timeout: 20 }), false);
  child.kill();
  await child.join();
  c.close();
  await endOf(a);
});

Deno.test("Connection given away does not count, until it is used again", async () => {
  const [a, b] = new Pipe<unknown>();
  const child = start("process", sendThenReturn, b, [1]);
  assertEquals(b.closed, false);
  assertEquals(await a.recv(LONG), 1);
  await endOf(a);
  await child.join();
  // It is the same end, and it is open again.
  await b.send("back");
  assertEquals(await a.recv(LONG), "back");
  await a.send("and forth");
  assertEquals(await b.recv(LONG), "and forth");
  b.close();
  await endOf(a);
});

Deno.test("Connections of which both ends are gone say so to those who gave them away", async () => {
  const [a, b] = new Pipe<unknown>();
  const [c, d] = new Pipe<unknown>();
  const children = [
    start("process", nothing, a, c),
    start("process", nothing, b),
  ];
  for (const child of children) await child.join();
  d.close();
  // Others have their memory by now.
  const pipes = Array.from({ length: 8 }, () => new Pipe<unknown>());
  for (const [left] of pipes) await left.send("not for them");
  for (const end of [a, b, c]) {
    assertEquals([end.closed, await end.poll()], [false, true]);
    await endOf(end);
    const [, right] = pipes[0];
    await assertRejects(
      () => right.send({ end }),
      TypeError,
      "Cannot send message.end: this Connection is closed",
    );
    end.close();
  }
  for (const [, right] of pipes) {
    assertEquals(await right.recv(LONG), "not for them");
  }
});

Deno.test("Connection keeps counting while its giver waits on it", async () => {
  const [a, b] = new Pipe<unknown>();
  const received = b.recv();
  const child = start("process", nothing, b);
  await child.join();
  await a.send("for the one who waits");
  assertEquals(await received, "for the one who waits");
  b.close();
  await endOf(a);
});

Deno.test("Connection and Queue and Lock work that come in messages", async () => {
  const [inbox, childsInbox] = new Pipe<unknown>();
  const child = start("process", useWhatComes, childsInbox);
  const queue = new Queue<unknown>();
  const lock = new Lock();
  const [a, b] = new Pipe<unknown>();
  await inbox.send({ object: queue });
  const pid = await queue.get(LONG);
  assertNotEquals(pid, Deno.pid);
  const guard = lock.acquireSync();
  await inbox.send(new Map([["object", lock]]));
  await inbox.send({ object: b });
  assertEquals(await a.poll({ timeout: 20 }), false);
  guard.release();
  assertEquals(await a.recv(LONG), pid);
  await endOf(a);
  inbox.close();
  assertEquals(await child.join(), 0);
});

Deno.test("Connection goes through a queue to a third process", async () => {
  const [a, b] = new Pipe<unknown>();
  const first = new Queue<unknown>();
  const second = new Queue<unknown>();
  const middle = start("process", handOn, first, second);
  const last = start("process", echoFromQueue, second);
  await first.put(b);
  await a.send("there");
  assertEquals(await a.recv(LONG), "there");
  a.close();
  assertEquals([await middle.join(), await last.join()], [0, 0]);
});
