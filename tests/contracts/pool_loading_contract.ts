import {
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertStrictEquals,
} from "@std/assert";
import type { TaskPool } from "../../pool/mod.ts";
import { fromModule } from "../../process/mod.ts";
import type { ApartError, failApart } from "../fixtures/pool/counts_loads.ts";
import type { failElsewhere } from "../fixtures/pool/of_elsewhere.ts";
import type { increment } from "../fixtures/pool/slow_to_load.ts";
import { type CreatePool, errorOf } from "./pool_contract.ts";

const inModule = (name: string) =>
  fromModule<typeof increment>(
    new URL(`../fixtures/pool/${name}.ts`, import.meta.url),
    "increment",
  );

const FAIL_ELSEWHERE = fromModule<typeof failElsewhere>(
  new URL("../fixtures/pool/of_elsewhere.ts", import.meta.url),
  "failElsewhere",
);

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

  test("fails though the error of an initializer cannot be received", async () => {
    await using pool = create(1, {
      initializer: FAIL_ELSEWHERE,
    });
    const error = await errorOf(pool.apply(() => 1)) as Error;
    assertMatch(error.message, /^Cannot receive a Stranger: .*another version/);
  });
}
