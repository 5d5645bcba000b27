import {
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertStrictEquals,
} from "@std/assert";
import { deadline } from "@std/async/deadline";
import type { TaskPool } from "../../pool/mod.ts";
import { fromModule } from "../../process/mod.ts";
import type { ApartError, failApart } from "../fixtures/pool/counts_loads.ts";
import {
  type failLate,
  type giveLate,
  Late,
} from "../fixtures/pool/late_object.ts";
import type { increment } from "../fixtures/pool/slow_to_load.ts";
import { until } from "../until.ts";
import { type CreatePool, errorOf } from "./pool_contract.ts";

const inModule = (name: string) =>
  fromModule<typeof increment>(
    new URL(`../fixtures/pool/${name}.ts`, import.meta.url),
    "increment",
  );

const LATE = new URL("../fixtures/pool/late_object.ts", import.meta.url);
const GIVE_LATE = fromModule<typeof giveLate>(LATE, "giveLate");
const FAIL_LATE = fromModule<typeof failLate>(LATE, "failLate");

/** What a pool does with tasks whose modules take long to load. */
export function testPoolLoading(
  name: string,
  create: CreatePool,
): void {
  const test = (behaviour: string, run: () => Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, run);

  test("counts the timeout from when the module of a task is loaded", async () => {
    const slow = inModule("slow_to_load");
    // Each form in a worker that does not have the module.
    const forms: ((pool: TaskPool) => PromiseLike<unknown>)[] = [
      (pool) => pool.apply(slow, [1], { timeout: 600 }),
      (pool) => pool.map(slow, [1], { timeout: 600 }).then(([it]) => it),
      (pool) =>
        pool.imap(slow, [1], { timeout: 600 }).next().then(({ value }) =>
          value
        ),
    ];
    for (const call of forms) {
      await using pool = create(1);
      await pool.apply(() => 1);
      assertEquals(await call(pool), 2);
    }
  });

  test("gives a task up whose module is loaded for ever", async () => {
    const stuck = inModule("never_loads");
    await using pool = create(1);
    const controller = new AbortController();
    const { signal } = controller;
    const options = { timeout: 1, signal };
    const aborted = errorOf(pool.apply(stuck, [1], options));
    setTimeout(() => controller.abort(new Error("enough")), 100);
    assertStrictEquals(await aborted, signal.reason);
    const cancelled = pool.applyAsync(stuck, [1], { timeout: 1 });
    setTimeout(() => cancelled.cancel(), 100);
    assertEquals((await errorOf(cancelled) as Error).name, "AbortError");
    assertEquals(await pool.apply(() => "at work"), "at work");
    const ended = errorOf(pool.apply(stuck, [1], { timeout: 1 }));
    pool.terminate();
    assertEquals((await ended as Error).name, "AbortError");
    await pool.join();
  });

  test("loads no module for the sake of an error of its classes", async () => {
    await using pool = create(1);
    // Nobody else has it.
    const id = crypto.randomUUID();
    const url = `../fixtures/pool/counts_loads.ts?${id}`;
    const fail = fromModule<typeof failApart>(
      new URL(url, import.meta.url),
      "failApart",
    );
    const errors = [
      await errorOf(pool.apply(fail, [1])),
      await errorOf(pool.map(fail, [2])),
      await errorOf(pool.imap(fail, [3]).next()),
    ] as ApartError[];
    assertEquals(Reflect.get(globalThis, id), undefined);
    assertEquals(errors.map(String), Array(3).fill("ApartError: failed apart"));
    assertEquals(errors.map(({ code }) => code), [1, 2, 3]);
    // Whoever loads it later has its errors, too.
    const loaded = await import(url);
    assertEquals(Reflect.get(globalThis, id), 1);
    for (const error of errors) assertInstanceOf(error, loaded.ApartError);
    assertStrictEquals(errors[0].constructor, loaded.ApartError);
  });

  test("settles what waits for a module when it is terminated, once", async () => {
    const id = crypto.randomUUID();
    const loaded = Promise.withResolvers<void>();
    Reflect.set(globalThis, id, loaded.promise);
    const pool = create(1);
    const told: unknown[] = [];
    const callbacks = {
      callback: (it: unknown) => told.push(it),
      errorCallback: (error: unknown) => told.push((error as Error).name),
    };
    const all = [
      pool.apply(GIVE_LATE, [id], callbacks),
      pool.applyAsync(GIVE_LATE, [id], callbacks),
      pool.map(GIVE_LATE, [id], callbacks),
      pool.imap(GIVE_LATE, [id]).next(),
    ].map(errorOf);
    await until(() => {
      const { queued, running, bytesReceived } = pool.stats();
      return queued + running === 0 && bytesReceived > 0;
    }, "all are answered");
    assertEquals([pool.stats().done, told], [0, []]);
    pool.terminate();
    const errors = await deadline(Promise.all(all), 10_000) as Error[];
    const names = Array(4).fill("AbortError");
    assertEquals(errors.map(({ name }) => name), names);
    loaded.resolve();
    await import(`../fixtures/pool/loads_when_told.ts?${id}`);
    await pool.join();
    assertEquals(told, names.slice(1));
    const { done, failed } = pool.stats();
    assertEquals([done, failed], [0, 4]);
  });

  test("fails with the error of an initializer once its module is loaded", async () => {
    const [id, broken] = [crypto.randomUUID(), crypto.randomUUID()];
    const options = { initializer: FAIL_LATE, initArgs: [id] };
    await using pool = create(1, options);
    // A promise of it would become it by being awaited.
    const [error] = await pool.apply(() => [1]).catch((error) => [error]);
    assertInstanceOf(error, RangeError);
    assertEquals((error as Error).message, "it came late");
    assertInstanceOf((error as Error).cause, Late);
    const problem = new Error("broken");
    const rejected = Promise.reject(problem);
    rejected.catch(() => {});
    Reflect.set(globalThis, broken, rejected);
    await using other = create(1, { ...options, initArgs: [broken] });
    assertStrictEquals(await errorOf(other.apply(() => 1)), problem);
  });

  test("fails though the error of an initializer cannot be received", async () => {
    await using pool = create(1, {
      initializer: FAIL_LATE,
      initArgs: [crypto.randomUUID(), "https://example.com/another.ts"],
    });
    const error = await errorOf(pool.apply(() => 1)) as Error;
    assertMatch(error.message, /^Cannot receive a Late .*another version/);
  });
}
