import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import type { Pipe } from "../../pipe/mod.ts";
import type { TaskPool, TaskPoolOptions } from "../../pool/mod.ts";
import { fromModule } from "../../process/mod.ts";
import type { Queue } from "../../queue/mod.ts";
import type { Event, Lock, SharedArray, SharedValue } from "../../sync/mod.ts";
import {
  applyDouble,
  applyFail,
  DOUBLE,
  type failLater,
  TaskError,
} from "../fixtures/pool/tasks.ts";
import { NO_MORE } from "./no_more.ts";
import { VALUES } from "./values.ts";
import { checkWaits } from "./wait_contract.ts";

/** Makes a pool of the kind that is tested. */
export type CreatePool = (
  size: number,
  options?: Omit<TaskPoolOptions, "memoryLimit">,
) => TaskPool;

/** Objects that pools and their workers can share. */
export interface Shared {
  event: () => Event;
  queue: () => Queue<unknown>;
  lock: () => Lock;
  counter: () => SharedValue<"i32">;
  /** Where they share memory. */
  array?: () => SharedArray<"i32">;
  pipe: () => Pipe<unknown>;
}

/** The error of what must fail. */
export async function errorOf(result: PromiseLike<unknown>): Promise<unknown> {
  try {
    return `no error: ${await result}`;
  } catch (error) {
    return error;
  }
}

/** What a pool does with calls. */
export function testPool(
  name: string,
  create: CreatePool,
  shared: Shared,
): void {
  const test = (behaviour: string, run: () => Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, run);

  test("apply() gives the result of a call, awaited if need be", async () => {
    await using pool = create(2);
    assertEquals(await pool.apply((a: number, b: number) => a + b, [3, 4]), 7);
    assertEquals(await pool.apply(() => "none"), "none");
    assertEquals(await pool.apply(() => {}), undefined);
    const late = async (n: number) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return -n;
    };
    assertEquals(await pool.apply(late, [5]), -5);
    const all = Array.from(
      { length: 500 },
      (_, n) => pool.apply((n: number) => n, [n]),
    );
    assertEquals(await Promise.all(all), all.map((_, n) => n));
  });

  test("apply() takes and gives values of every kind", async () => {
    await using pool = create(1);
    for (const [kind, value] of Object.entries(VALUES)) {
      assertEquals(await pool.apply((it: unknown) => it, [value]), value, kind);
    }
    const same = [{}];
    const [a, b] = await pool.apply((a: object, b: object) => [a, b, a === b], [
      same,
      same,
    ]);
    assertStrictEquals(a, b);
  });

  test("apply() copies its arguments when it is called", async () => {
    await using pool = create(1);
    const items = [1];
    const all = Array.from({ length: 50 }, (_, n) => {
      items[0] = n;
      return pool.apply((items: number[]) => items[0], [items]);
    });
    assertEquals(await Promise.all(all), all.map((_, n) => n));
  });

  test("finds functions of every kind", async () => {
    await using pool = create(1);
    // Exported, and passed as itself.
    assertEquals(await applyDouble(pool, 21), 42);
    // Named.
    assertEquals(await pool.apply(DOUBLE, [4]), 8);
    const tasks = new URL("../fixtures/pool/tasks.ts", import.meta.url);
    type Tasks = typeof import("../fixtures/pool/tasks.ts");
    const again = fromModule<Tasks["double"]>(tasks, "double");
    assertEquals(await pool.map(again, [1, 2]), [2, 4]);
    // Inline, in every form.
    const methods = {
      method(n: number) {
        return n + 1;
      },
    };
    assertEquals(await pool.apply(methods.method, [1]), 2);
    assertEquals(await pool.apply(async (n: number) => await n, [1]), 1);
    assertEquals(
      await pool.apply(function triple(n: number) {
        return 3 * n;
      }, [2]),
      6,
    );
  });

  test("says what is wrong with a function", async () => {
    await using pool = create(1);
    // deno-lint-ignore no-explicit-any -- what the compiler refuses
    const apply = (target: any) => pool.apply(target);
    const error = await assertRejects(() => apply(5), TypeError) as Error;
    assertEquals(
      error.message,
      "Cannot apply: the function is a number; pass a function",
    );
    await assertRejects(
      () => apply([].push),
      TypeError,
      "Cannot apply: the function is the built-in function push",
    );
    const outside = 5;
    const reaches = await errorOf(pool.apply(() => outside));
    assertInstanceOf(reaches, ReferenceError);
    assert((reaches as Error).message.includes("outside"), String(reaches));
    const missing = fromModule<() => void>(
      new URL("../fixtures/pool/tasks.ts", import.meta.url),
      "missing",
    );
    const none = await errorOf(pool.apply(missing)) as Error;
    assertInstanceOf(none, TypeError);
    assert(none.message.includes("missing"), none.message);
    assert(none.message.includes("tasks.ts"), none.message);
    // The worker goes on.
    assertEquals(await pool.apply(() => 1), 1);
  });

  test("throws what a task throws, as itself", async () => {
    await using pool = create(1);
    for (const result of [applyFail(pool, 7), pool.apply(FAIL_LATER, [7])]) {
      const error = await errorOf(result) as TaskError;
      assertInstanceOf(error, TaskError);
      assertEquals([error.name, error.message, error.code], [
        "TaskError",
        "it failed",
        7,
      ]);
      assertInstanceOf(error.cause, RangeError);
      assertEquals((error.cause as Error).message, "why");
      assert(/fail.*tasks\.ts/.test(error.stack ?? ""), error.stack);
    }
    const odd: unknown[] = ["text", 0, null, undefined, { a: 1 }];
    for (const value of odd) {
      const thrown = await errorOf(pool.apply((value: unknown) => {
        throw value;
      }, [value]));
      assertEquals(thrown, value);
    }
    const abort = await errorOf(pool.apply(() => {
      throw new DOMException("enough", "AbortError");
    }));
    assertInstanceOf(abort, DOMException);
    assertEquals((abort as Error).name, "AbortError");
  });

  test("calls functions of which there are ever more, and those of long ago", async () => {
    await using pool = create(2);
    const functions = Array.from(
      { length: 2_500 },
      (_, n) => Function(`return ${n}`) as () => number,
    );
    const all = [...functions, ...functions.slice(0, 50)];
    const results = await Promise.all(all.map((it) => pool.apply(it)));
    assertEquals(results, all.map((it) => it()));
  });

  test("calls functions of the runtime", async () => {
    await using pool = create(1);
    assertEquals(await pool.map(Math.sqrt, [4, 9]), [2, 3]);
    assertEquals(await pool.map(btoa, ["a", "b"]), ["YQ==", "Yg=="]);
    assert(await pool.apply(performance.now) > 0);
    assertEquals((await pool.apply(crypto.randomUUID)).length, 36);
  });

  test("refuses arguments that are no array", async () => {
    await using pool = create(1);
    // deno-lint-ignore no-explicit-any -- what the compiler refuses
    const noArray = 5 as any;
    await assertRejects(
      () => pool.apply(String, noArray),
      TypeError,
      "Cannot apply: args is a number, not an array",
    );
    await assertRejects(
      () => pool.apply(String, null as never),
      TypeError,
      "Cannot apply: args is null, not an array",
    );
    assertThrows(
      () => pool.applyAsync(String, null as never),
      TypeError,
      "Cannot apply: args is null, not an array",
    );
    assertThrows(
      () => create(1, { initializer: () => {}, initArgs: noArray }),
      TypeError,
      "Cannot create pool: initArgs is a number, not an array",
    );
    assertThrows(
      () => create(1, { initializer: () => {}, initArgs: [1, [() => {}]] }),
      TypeError,
      "Cannot send initArgs[1][0]: a function cannot be sent to another",
    );
    assertEquals(await pool.apply(String, [5]), "5");
    assertEquals(await pool.map(Math.sqrt, [4, 9]), [2, 3]);
  });

  test("refuses arguments that cannot be sent, before anything is", async () => {
    await using pool = create(1);
    const argument = { list: [1, { onDone: () => {} }] };
    const submit = () => pool.applyAsync((it: unknown) => it, [argument]);
    const error = assertThrows(submit, TypeError) as Error;
    const to =
      /Cannot send args\[0\]\.list\[1\]\.onDone: a function cannot be sent to another (process|thread)/;
    assert(to.test(error.message), error.message);
    await assertRejects(
      () => pool.apply((it: unknown) => it, [argument]),
      TypeError,
      "Cannot send args[0].list[1].onDone: ",
    );
    const { queued, running, bytesSent } = pool.stats();
    assertEquals({ queued, running, bytesSent }, {
      queued: 0,
      running: 0,
      bytesSent: 0,
    });
    assertEquals(await pool.apply(() => 1), 1);
  });

  test("fails a task whose result or error cannot be sent, naming the path", async () => {
    await using pool = create(1);
    await assertRejects(
      () => pool.apply(() => ({ a: [{ f: () => {} }] })),
      TypeError,
      "Cannot send result.a[0].f: a function cannot be sent",
    );
    const thrown = await errorOf(pool.apply(() => {
      throw { symbol: Symbol("s") };
    }));
    assertInstanceOf(thrown, TypeError);
    assert((thrown as Error).message.startsWith("Cannot send error.symbol: "));
    const streamed = pool.imap((text: string) => {
      throw { symbol: Symbol(text) };
    }, ["s"]);
    const next = await errorOf(streamed.next());
    assert((next as Error).message.startsWith("Cannot send error.symbol: "));
    await assertRejects(
      () => pool.apply(() => [Object.assign(new Error("x"), { f: () => {} })]),
      TypeError,
      "Cannot send result[0].f: a function cannot be sent",
    );
    const partly = await errorOf(pool.apply(() => {
      throw Object.assign(new RangeError("x"), { f: () => {}, id: 3 });
    }));
    assertInstanceOf(partly, RangeError);
    assertEquals(Object.entries(partly as Error), [["id", 3]]);
    assertEquals(await pool.apply(() => 1), 1);
  });

  test("fails a task that throws what cannot even be looked at", async () => {
    await using pool = create(1);
    const tasks: (() => unknown)[] = [
      () => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        throw proxy;
      },
      async () => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        await undefined;
        revoke();
        throw proxy;
      },
      () => {
        throw {
          get odd() {
            throw () => {};
          },
        };
      },
      () => {
        throw new Proxy(new ReferenceError("x is not defined"), {
          get() {
            throw Symbol("no");
          },
        });
      },
    ];
    for (const task of tasks) {
      assertInstanceOf(await errorOf(pool.apply(task)), TypeError);
      assertInstanceOf(await errorOf(pool.map(task, [1])), TypeError);
      const results = pool.imap(task, [1]);
      assertInstanceOf(await errorOf(results.next()), TypeError);
    }
    const frozen = await errorOf(pool.apply(() => {
      throw Object.freeze(new ReferenceError("x is not defined"));
    }));
    assertInstanceOf(frozen, ReferenceError);
    assertEquals((frozen as Error).message, "x is not defined");
    const [{ name }] = pool.stats().workers;
    assertEquals(name, "PoolWorker-1");
  });

  test("hands shared objects to tasks, and back", async () => {
    await using pool = create(2);
    const [event, queue, lock, counter] = [
      shared.event(),
      shared.queue(),
      shared.lock(),
      shared.counter(),
    ];
    const [here, there] = shared.pipe();
    type Things = [
      typeof event,
      typeof queue,
      typeof lock,
      typeof counter,
      typeof there,
    ];
    const use = async (...[event, queue, lock, counter, there]: Things) => {
      event.set();
      await queue.put("from a worker");
      counter.add(1);
      await there.send(await there.recv());
      return { lock, guard: (await lock.acquire()) !== undefined, queue };
    };
    await here.send("to a worker");
    const back = await pool.apply(use, [event, queue, lock, counter, there]);
    assertEquals(await here.recv(), "to a worker");
    assertEquals([event.isSet(), counter.value, back.guard], [true, 1, true]);
    assertStrictEquals(back.queue, queue);
    assertEquals(await back.queue.get(), "from a worker");
    assertEquals(back.lock.locked, true);
    back.lock.release();
    assertEquals(lock.locked, false);
    // One that a worker has made.
    for (const closeable of [queue, here]) closeable.close();
  });

  test("fails a task whose result has what is no more", async () => {
    await using pool = create(1);
    const [here, there] = shared.pipe();
    const keep = (end: typeof there) =>
      (globalThis as unknown as { kept: typeof there }).kept = end;
    const back = await pool.apply(keep, [there]);
    for (const end of [here, there, back]) end.close();
    const give = () => (globalThis as unknown as { kept: typeof there }).kept;
    for (const ask of [() => pool.apply(give), () => pool.map(give, [1])]) {
      const error = await assertRejects(ask, Error);
      assert(NO_MORE.test(error.message), error.message);
    }
    assertEquals(await pool.apply(() => 1), 1);
  });

  const { array: createArray } = shared;
  if (createArray !== undefined) {
    test("hands shared arrays to tasks", async () => {
      await using pool = create(2);
      const array = createArray();
      await pool.apply((array: SharedArray<"i32">) => array.array[0]++, [
        array,
      ]);
      assertEquals(array.array[0], 1);
    });
  }

  test("cannot be sent, and says so", async () => {
    await using pool = create(1);
    const result = pool.applyAsync(() => 1);
    const subjects = [[pool, name], [result, "AsyncResult"]] as const;
    for (const [subject, what] of subjects) {
      const article = what.startsWith("A") ? "an" : "a";
      await assertRejects(
        () => pool.apply((it: unknown) => it, [[subject]]),
        TypeError,
        `Cannot send args[0][0]: ${article} ${what} belongs to the thread that made it`,
      );
    }
    await result;
  });

  test("applyAsync() gives a result to be awaited", async () => {
    await using pool = create(1);
    const open = shared.event();
    const result = pool.applyAsync(async (open: Event) => {
      await open.wait();
      return 5;
    }, [open]);
    assertEquals(result.ready(), false);
    assertThrows(
      () => result.successful(),
      Error,
      "Cannot tell whether task was successful: it is not done",
    );
    const timed = await errorOf(result.get({ timeout: 5 })) as Error;
    assertInstanceOf(timed, DOMException);
    assertEquals(timed.message, "Cannot get result: timed out after 5 ms");
    const asWaits = {
      doing: "get result",
      wait: (wait?: { timeout?: number; signal?: AbortSignal }) =>
        result.get(wait),
    };
    await checkWaits(asWaits);
    await checkWaits({
      doing: "wait for result",
      wait: (wait) => result.wait(wait),
    });
    open.set();
    await result.wait();
    assertEquals([result.ready(), result.successful()], [true, true]);
    assertEquals([await result, await result.get({ timeout: 0 })], [5, 5]);
    assertEquals(await result.then((n) => n + 1), 6);
    result.cancel();
    assertEquals(await result, 5);
  });

  test("applyAsync() keeps an error for those who ask", async () => {
    await using pool = create(1);
    const result = pool.applyAsync(FAIL_LATER, [3]);
    await result.wait();
    assertEquals([result.ready(), result.successful()], [true, false]);
    await assertRejects(() => result.get(), TaskError, "it failed");
    assertEquals(await result.then(null, () => "caught"), "caught");
    // One that nobody asks for is no unhandled rejection.
    await pool.applyAsync(FAIL_LATER, [4]).wait();
  });

  test("calls back with the result or the error, here", async () => {
    await using pool = create(2);
    const said: [string, unknown][] = [];
    const options = {
      callback: (it: unknown) => said.push(["done", it]),
      errorCallback: (it: unknown) => said.push(["failed", it]),
    };
    await pool.applyAsync(() => 1, [], options);
    await pool.applyAsync(FAIL_LATER, [2], options).wait();
    await pool.apply(() => 3, [], options);
    await errorOf(pool.apply(FAIL_LATER, [4], options));
    await pool.map(DOUBLE, [1, 2], options);
    await errorOf(pool.starmapAsync(FAIL_LATER, [[5]], options));
    assertEquals(
      said.map(([kind, it]) => [
        kind,
        it instanceof TaskError ? it.code : it,
      ]),
      [
        ["done", 1],
        ["failed", 2],
        ["done", 3],
        ["failed", 4],
        ["done", [2, 4]],
        ["failed", 5],
      ],
    );
  });
}

const FAIL_LATER = fromModule<typeof failLater>(
  new URL("../fixtures/pool/tasks.ts", import.meta.url),
  "failLater",
);
