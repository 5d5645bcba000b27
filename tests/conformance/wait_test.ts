// After CPython's TestWait, and what _TestProcess has on sentinels.

import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type Connection,
  EndOfStreamError,
  Pipe,
  wait,
} from "../../pipe/mod.ts";
import { Process, Thread } from "../../process/mod.ts";
import { Event } from "../../sync/mod.ts";
import {
  type Kind,
  leaveNothingBehind,
  LONG,
  start,
  testBoth,
} from "./backends.ts";

leaveNothingBehind();

/** Reads from the children that send until all have ended. */
async function readAll(kind: Kind, pauses: boolean) {
  const children = [];
  let readers: Connection<[number, string]>[] = [];
  for (let n = 0; n < 4; n++) {
    const [reader, writer] = new Pipe<[number, string]>({ duplex: false });
    children.push(start(
      kind,
      async (
        writer: Connection<[number, string]>,
        id: string,
        pauses: boolean,
      ) => {
        for (let n = 0; n < 10; n++) {
          if (pauses) {
            const ms = Math.random() * 20;
            await new Promise((resolve) => setTimeout(resolve, ms));
          }
          await writer.send([n, id]);
        }
        writer.close();
      },
      writer,
      `${n}`,
      pauses,
    ));
    writer.close();
    readers.push(reader);
  }
  const messages: string[] = [];
  while (readers.length > 0) {
    const ready = await wait(readers, LONG);
    assert(ready.length > 0);
    for (const reader of ready) {
      try {
        const [n, id] = await reader.recv();
        messages.push(`${id} ${n}`);
      } catch (error) {
        assert(error instanceof EndOfStreamError);
        readers = readers.filter((it) => it !== reader);
        reader.close();
      }
    }
  }
  const expected = ["0", "1", "2", "3"].flatMap((id) =>
    Array.from({ length: 10 }, (_, n) => `${id} ${n}`)
  );
  assertEquals(messages.toSorted(), expected);
  for (const child of children) assertEquals(await child.join(), 0);
}

testBoth(
  "wait() gives the connections that can be read, until all have ended",
  (kind) => readAll(kind, false),
);

testBoth(
  "wait() gives the connections of those who take their time, too",
  (kind) => readAll(kind, true),
);

testBoth("wait() for a child is over when that ends", async (kind) => {
  const event = new Event();
  const child = kind === "process"
    ? new Process({
      target: (event: Event) => event.wait(),
      args: [event],
      name: "child",
    })
    : new Thread({
      target: (event: Event) => event.wait(),
      args: [event],
      name: "child",
    });
  await assertRejects(
    () => wait([child]),
    Error,
    "Cannot wait for child: it has not started",
  );
  child.start();
  assertEquals(await wait([child], { timeout: 0 }), []);
  event.set();
  assertEquals(await wait([child], LONG), [child]);
  assertEquals(await child.join({ timeout: 1_000 }), 0);
  assertEquals(await wait([child], { timeout: 1_000 }), [child]);
});

Deno.test("wait() in vain gives nothing, and not before it is time", async () => {
  const [a, b] = new Pipe<null>();
  const begin = performance.now();
  assertEquals(await wait([a, b], { timeout: 200 }), []);
  assert(performance.now() - begin >= 199);
  await b.send(null);
  assertEquals(await wait([a, b], LONG), [a]);
});

testBoth(
  "wait() gives all that are ready, children and connections",
  async (kind) => {
    const [a, b] = new Pipe<null>();
    const [go, going] = [new Event(), new Event()];
    const child = start(
      kind,
      async (go: Event, going: Event) => {
        going.set();
        await go.wait();
      },
      go,
      going,
    );
    await going.wait(LONG);
    const waiting = wait([a, child, b], LONG);
    go.set();
    assertEquals(await waiting, [child]);
    await a.send(null);
    assertEquals(await wait([a, child, b], LONG), [child, b]);
    await b.send(null);
    assertEquals(await wait([a, child, b], LONG), [a, child, b]);
    await child.join();
  },
);

Deno.test("wait() with a negative timeout only looks", async () => {
  const [a, b] = new Pipe<null>();
  const begin = performance.now();
  assertEquals(await wait([a], { timeout: -1 }), []);
  assert(performance.now() - begin < 10_000);
  await b.send(null);
  assertEquals(await wait([a], { timeout: -1 }), [a]);
});
