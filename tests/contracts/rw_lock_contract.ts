import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { LockGuard, RWLock } from "../../sync/mod.ts";
import { checkInterruptions } from "./interruptions.ts";
import { assertSoon } from "./soon.ts";
import { checkWaits } from "./wait_contract.ts";

/** What a lock for readers and writers does on every kind of memory. */
export function testRWLock(name: string, create: () => RWLock): void {
  const test = (behaviour: string, run: () => void | Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, run);

  test("has many readers or one writer, in every form", async () => {
    const lock = create();
    const guards: LockGuard[] = [];
    for (
      const read of [
        () => lock.read(),
        () => lock.readSync(),
        () => lock.tryRead(),
        () => lock.read({ timeout: 0 }),
        () => lock.readSync({ timeout: -5 }),
      ]
    ) {
      const guard = await read() as LockGuard;
      guards.push(guard);
      assertEquals([guard.abandoned, lock.tryWrite()], [false, undefined]);
    }
    for (const guard of guards) {
      assertEquals(lock.tryWrite(), undefined);
      guard.release();
    }
    for (
      const write of [
        () => lock.write(),
        () => lock.writeSync(),
        () => lock.tryWrite(),
        () => lock.write({ timeout: 0 }),
        () => lock.writeSync({ timeout: -5 }),
      ]
    ) {
      const guard = await write() as LockGuard;
      assertEquals(guard.abandoned, false);
      assertEquals([lock.tryRead(), lock.tryWrite()], [undefined, undefined]);
      guard.release();
    }
    lock.tryRead()!.release();
  });

  test("takes the options of a wait, and is then as if it had not waited", async () => {
    const lock = create();
    const reading = lock.readSync();
    await checkWaits({
      doing: "acquire lock for writing",
      wait: (wait) => lock.write(wait),
      waitSync: (wait) => lock.writeSync(wait),
    });
    // No writer waits any more.
    lock.tryRead()!.release();
    reading.release();
    const writing = lock.writeSync();
    await checkWaits({
      doing: "acquire lock for reading",
      wait: (wait) => lock.read(wait),
      waitSync: (wait) => lock.readSync(wait),
    });
    await checkWaits({
      doing: "acquire lock for writing",
      wait: (wait) => lock.write(wait),
      waitSync: (wait) => lock.writeSync(wait),
    });
    writing.release();
    lock.tryWrite()!.release();
  });

  test("keeps new readers out while a writer waits, until it has been", async () => {
    const lock = create();
    const order: string[] = [];
    const reading = lock.readSync();
    const write = lock.write().then((guard) => {
      order.push("write");
      return guard;
    });
    assertEquals(lock.tryRead(), undefined);
    const read = lock.read().then((guard) => {
      order.push("read");
      return guard;
    });
    assertThrows(() => lock.readSync({ timeout: 20 }), DOMException);
    reading.release();
    (await write).release();
    (await read).release();
    assertEquals(order, ["write", "read"]);
    lock.tryWrite()!.release();
  });

  test("lets the readers that have waited go before the next writer", async () => {
    const lock = create();
    const order: string[] = [];
    const note = (word: string) => (guard: LockGuard) => {
      order.push(word);
      return guard;
    };
    const first = lock.writeSync();
    const second = lock.write().then(note("write"));
    const reads = [1, 2, 3].map(() => lock.read().then(note("read")));
    first.release();
    const guards = await Promise.all(reads);
    assertEquals(order, ["read", "read", "read"]);
    // Those who come now wait for the writer that waits.
    assertEquals([lock.tryRead(), lock.tryWrite()], [undefined, undefined]);
    guards.forEach((guard) => guard.release());
    (await second).release();
    assertEquals(order.length, 4);
  });

  test("takes turns for ever, whoever there is more of", async () => {
    const lock = create();
    const kinds = ["read", "write"] as const;
    for (const few of kinds) {
      const counts = { read: 0, write: 0 };
      const end = performance.now() + 20_000;
      const run = async (kind: "read" | "write") => {
        while (counts[few] < 20 && performance.now() < end) {
          using _guard = await lock[kind]();
          counts[kind]++;
          await Promise.resolve();
        }
      };
      const many = kinds.find((kind) => kind !== few)!;
      const others = Array.from({ length: 20 }, () => run(many));
      await Promise.all([...others, run(few)]);
      assert(counts[few] >= 20, `${counts[few]} times ${few}`);
      // A turn of the others is one of each at most, and those who come first have one more.
      const most = 20 * (counts[few] + 1) * 2;
      assert(counts[many] <= most, `${counts[many]} times ${many}`);
    }
    lock.tryWrite()!.release();
  });

  test("wakes the readers when a writer that kept them out gives up", async () => {
    for (const form of ["timeout", "abort"]) {
      await assertSoon(async () => {
        const lock = create();
        const reading = lock.readSync();
        const controller = new AbortController();
        const write = assertRejects(() =>
          lock.write(
            form === "timeout"
              ? { timeout: 5 }
              : { signal: controller.signal, timeout: 60_000 },
          )
        );
        const read = lock.read();
        assertEquals(lock.tryRead(), undefined);
        const start = performance.now();
        controller.abort();
        await write;
        (await read).release();
        const took = performance.now() - start;
        reading.release();
        lock.tryWrite()!.release();
        return took;
      });
    }
  });

  test("wakes a writer when the readers whose turn it was give up", async () => {
    const lock = create();
    const first = lock.writeSync();
    const controller = new AbortController();
    // A hub may have let the reader go before.
    const read = lock.read({ signal: controller.signal })
      .then((guard) => guard.release(), () => {});
    const second = lock.write();
    first.release();
    controller.abort();
    await read;
    (await second).release();
    lock.tryRead()!.release();
  });

  test("waits for itself when it is to be upgraded", async () => {
    const lock = create();
    const timeout = 5;
    using _reading = await lock.read();
    await assertRejects(() => lock.write({ timeout }), DOMException);
    assertThrows(() => lock.writeSync({ timeout }), DOMException);
  });

  test("serves the waiters of a thread in order", async () => {
    const lock = create();
    const guard = lock.writeSync();
    const order: number[] = [];
    const all = Array.from({ length: 100 }, async (_, n) => {
      using _guard = await lock.write();
      order.push(n);
    });
    guard.release();
    await Promise.all(all);
    assertEquals(order, Array.from({ length: 100 }, (_, n) => n));
  });

  test("guard releases once", async () => {
    const lock = create();
    const first = await lock.read();
    const second = await lock.read();
    first.release();
    first.release();
    first[Symbol.dispose]();
    assertEquals(lock.tryWrite(), undefined);
    second.release();
    const writing = lock.tryWrite()!;
    second.release();
    assertEquals(lock.tryRead(), undefined);
    writing.release();
    const reading = lock.tryRead()!;
    writing.release();
    assertEquals(lock.tryWrite(), undefined);
    reading.release();
  });

  test("is released by using, also when something is thrown", async () => {
    const lock = create();
    for (const kind of ["read", "write"] as const) {
      await assertRejects(
        async () => {
          using _guard = await lock[kind]();
          throw new Error("inside");
        },
        Error,
        "inside",
      );
      lock.tryWrite()!.release();
    }
  });

  test("lets timers and signals through while it is always free", async () => {
    const lock = create();
    await checkInterruptions(async (goesOn) => {
      while (goesOn()) {
        (await lock.read()).release();
        (await lock.write()).release();
      }
    });
  });
}
