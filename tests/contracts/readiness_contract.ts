import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  Connection,
  EndOfStreamError,
  Pipe,
  wait,
  waitSync,
} from "../../pipe/mod.ts";
import {
  JoinableQueue,
  Queue,
  SimpleQueue,
  ThreadQueue,
} from "../../queue/mod.ts";
import { Event, Lock } from "../../sync/mod.ts";
import { checkInterruptions } from "./interruptions.ts";
import { WRONG_TIMEOUTS } from "./wait_contract.ts";

const NOW = { timeout: 0 };

/** What `wait()` and `waitSync()` do on every kind of memory. */
export function testReadiness(name: string): void {
  const test = (behaviour: string, run: () => void | Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, run);

  test("gives all that are ready in the order given, and takes nothing", async () => {
    const [a, b] = new Pipe<string>();
    const [c, d] = new Pipe<Uint8Array>({ duplex: true });
    const queues = [
      new Queue<string>(),
      new SimpleQueue<string>(),
      new JoinableQueue<string>(),
      new ThreadQueue<string>(),
    ];
    const all: object[] = [d, ...queues, b];
    assertEquals(await wait(all, NOW), []);
    assertEquals(waitSync(all, NOW), []);
    await a.send("message");
    queues[2].putSync("item");
    for (let round = 0; round < 3; round++) {
      assertEquals(await wait(all), [queues[2], b]);
      assertEquals(waitSync(all), [queues[2], b]);
    }
    await c.sendBytes(new Uint8Array(0));
    for (const queue of queues) queue.putSync("more");
    assertEquals(await wait(all), all);
    assertEquals(waitSync(new Set(all)), all);
    assertEquals(await b.recv(), "message");
    assertEquals(await queues[2].get(), "item");
    assertEquals((await d.recvBytes()).length, 0);
    assertEquals(await wait(all), [...queues]);
  });

  test("waits until one is ready", async () => {
    const [a, b] = new Pipe<number>();
    const queue = new Queue<number>();
    const threads = new ThreadQueue<number>();
    const all = [b, queue, threads];
    for (const put of [a.send.bind(a), queue.put.bind(queue)]) {
      const waiting = wait(all);
      await put(1);
      const [ready] = await waiting;
      assert(ready === b || ready === queue);
      await (ready instanceof Connection ? ready.recv() : ready.get());
    }
    const waiting = wait(all, { timeout: 60_000 });
    assert(threads.tryPut(5));
    assertEquals(await waiting, [threads]);
  });

  test("tells of events that are set, also if they are cleared at once", async () => {
    const events = [new Event(), new Event(), new Event()];
    const queue = new Queue<number>();
    events[2].set();
    const all = [...events, queue];
    assertEquals<unknown>(await wait(all), [events[2]]);
    events[2].clear();
    assertEquals(waitSync(all, NOW), []);
    const waiting = wait(all);
    events[1].set();
    events[1].clear();
    assertEquals<unknown>(await waiting, [events[1]]);
    assertEquals(await wait(all, NOW), []);
    events[0].set();
    queue.putSync(1);
    assertEquals<unknown>(waitSync(all), [events[0], queue]);
  });

  test("takes the end of a stream and a closed queue for ready", async () => {
    const [a, b] = new Pipe<number>();
    const queue = new Queue<number>();
    const simple = new SimpleQueue<number>();
    const waits = [wait([b]), wait([queue]), wait([simple])];
    a.close();
    queue.close();
    simple.close();
    assertEquals<unknown>(await Promise.all(waits), [[b], [queue], [simple]]);
    await assertRejects(() => b.recv(), EndOfStreamError);
    assertEquals<unknown>(waitSync([b, queue, simple]), [b, queue, simple]);
  });

  test("gives nothing when time is over", async () => {
    // Kept: the end of one that is collected is the end of the stream.
    using pipe = new Pipe<number>();
    const [, b] = pipe;
    const queue = new Queue<number>();
    for (const timeout of [20, 1, 0.5, 0, -1, -Infinity]) {
      const start = performance.now();
      assertEquals(await wait([b, queue], { timeout }), []);
      assertEquals(waitSync([b, queue], { timeout }), []);
      const took = performance.now() - start;
      assert(took >= 2 * timeout - 2, `${took} ms, of 2 * ${timeout}`);
    }
    for (const [wrong, kind] of WRONG_TIMEOUTS) {
      const timeout = wrong as number;
      const text = `Cannot wait: timeout is ${kind}, not a number`;
      await assertRejects(() => wait([b], { timeout }), TypeError, text);
      assertThrows(() => waitSync([b], { timeout }), TypeError, text);
      await assertRejects(() => wait([], { timeout }), TypeError, text);
    }
  });

  test("rejects with the reason when it is aborted", async () => {
    const [a, b] = new Pipe<number>();
    const queue = new Queue<number>();
    const late = new DOMException("late", "TimeoutError");
    for (const reason of [new Error("enough"), "a string", 0, late]) {
      const controller = new AbortController();
      const { signal } = controller;
      const waits = [
        wait([b, queue], { signal }),
        wait([queue], { signal, timeout: 60_000 }),
      ].map((it) => it.catch((thrown) => thrown));
      controller.abort(reason);
      assertEquals(await Promise.all(waits), [reason, reason]);
      const thrown = await wait([b], { signal }).catch((it) => it);
      assertStrictEquals(thrown, reason);
      let caught: unknown;
      try {
        waitSync([b], { signal });
      } catch (error) {
        caught = error;
      }
      assertStrictEquals(caught, reason);
    }
    const signal = AbortSignal.timeout(5);
    const error = await wait([b], { signal }).catch((it) => it);
    assertStrictEquals(error, signal.reason);
    await a.send(1);
    assertEquals(await b.recv(), 1);
  });

  test("is over at once without objects", async () => {
    assertEquals(await wait([]), []);
    assertEquals(waitSync([]), []);
    assertEquals(await wait(new Set<object>(), { timeout: 60_000 }), []);
  });

  test("names what cannot be waited for", async () => {
    using pipe = new Pipe<number>();
    const [, b] = pipe;
    const queue = new Queue<number>();
    const wrong = [3, "x", null, undefined, {}, () => {}, new Lock(), [b]];
    for (const it of wrong as object[]) {
      const text =
        "Cannot wait: objects[2] is not a connection, listener, process, thread, queue or event";
      await assertRejects(() => wait([b, queue, it]), TypeError, text);
      assertThrows(() => waitSync([b, queue, it]), TypeError, text);
    }
    await assertRejects(() => wait(b as never), TypeError);
  });

  test("rejects when one is closed here, also while it waits", async () => {
    const [reader, writer] = new Pipe<number>({ duplex: false });
    const queue = new Queue<number>();
    const writeOnly = "Cannot receive from connection: it is write-only";
    await assertRejects(() => wait([queue, writer]), Error, writeOnly);
    assertThrows(() => waitSync([queue, writer]), Error, writeOnly);
    const closed = "Cannot receive from connection: connection is closed";
    const waiting = assertRejects(() => wait([queue, reader]), Error, closed);
    reader.close();
    await waiting;
    await assertRejects(() => wait([reader]), Error, closed);
    // And nothing of it is left where the queue is.
    await queue.put(1);
    assertEquals(await queue.get(), 1);
  });

  test("tells all who wait for the same", async () => {
    const queue = new Queue<number>();
    const waits = Array.from({ length: 50 }, () => wait([queue]));
    const gets = [queue.get(), queue.get()];
    for (let n = 0; n < 3; n++) queue.putSync(n);
    assertEquals(await Promise.all(gets), [0, 1]);
    for (const ready of await Promise.all(waits)) assertEquals(ready, [queue]);
    assertEquals(await queue.get(), 2);
  });

  test("may be given the same twice, and many", async () => {
    const queue = new Queue<number>();
    const many = Array.from({ length: 300 }, () => new Queue<number>());
    const waiting = wait([queue, ...many, queue]);
    many[200].putSync(1);
    assertEquals(await waiting, [many[200]]);
    await many[200].get();
    const again = wait([queue, ...many, queue]);
    queue.putSync(1);
    assertEquals(await again, [queue, queue]);
  });

  test("leaves no listeners behind, however often it waits", async () => {
    const queue = new Queue<number>();
    const [a, b] = new Pipe<number>();
    const controller = new AbortController();
    const { signal } = controller;
    let listeners = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args: unknown[]) => {
      listeners++;
      Reflect.apply(addEventListener, signal, args);
    };
    signal.removeEventListener = (...args: unknown[]) => {
      listeners--;
      Reflect.apply(removeEventListener, signal, args);
    };
    for (let n = 0; n < 3_000; n++) {
      const waiting = wait([queue, b], { signal, timeout: 60_000 });
      assertEquals(listeners, 1);
      if (n % 2 === 0) queue.putSync(n);
      else a.sendSync(n);
      const [ready] = await waiting;
      assertEquals(listeners, 0);
      if (ready === queue) assertEquals(queue.getSync(), n);
      else assertEquals(b.recvSync(), n);
      waitSync([queue, b], { timeout: n % 500 === 0 ? 1 : 0 });
    }
    assertEquals(await wait([queue, b], NOW), []);
  });

  test("lets timers and signals through while one is always ready", async () => {
    const queue = new Queue<number>();
    using pipe = new Pipe<number>();
    const [, b] = pipe;
    queue.putSync(1);
    await checkInterruptions(async (goesOn) => {
      while (goesOn()) assertEquals(await wait([b, queue]), [queue]);
    });
    await queue.get();
    await checkInterruptions(async (goesOn) => {
      while (goesOn()) assertEquals(await wait([b, queue], NOW), []);
    });
  });
}

/**
 * What `wait()` does where those who take come first because they are of the same
 * isolate: at a hub, whoever is told learns of what was there a moment ago.
 */
export function testReadinessHere(name: string): void {
  const test = (behaviour: string, run: () => void | Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, run);

  test("leaves what there is to who takes it", async () => {
    const queue = new Queue<number>();
    const [a, b] = new Pipe<number>();
    const waiting = wait([queue, b]);
    assertEquals([queue.tryGet(), b.tryRecv()], [{ ok: false }, { ok: false }]);
    await queue.put(1);
    assertEquals(queue.tryGet(), { ok: true, value: 1 });
    await a.send(2);
    assertEquals(b.tryRecv(), { ok: true, value: 2 });
    const got = queue.get();
    await queue.put(3);
    assertEquals(await got, 3);
    queue.putSync(4);
    assertEquals([await waiting, queue.getSync()], [[queue], 4]);
  });
}
