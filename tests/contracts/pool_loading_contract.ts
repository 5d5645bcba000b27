import { assertEquals, assertStrictEquals } from "@std/assert";
import type { TaskPool } from "../../pool/mod.ts";
import { fromModule } from "../../process/mod.ts";
import type { increment } from "../fixtures/pool/slow_to_load.ts";
import type { Event } from "../../sync/mod.ts";
import { type CreatePool, errorOf, type Shared } from "./pool_contract.ts";
import { until } from "./pool_workers_contract.ts";

const inModule = (name: string) =>
  fromModule<typeof increment>(
    new URL(`../fixtures/pool/${name}.ts`, import.meta.url),
    "increment",
  );

/** What a pool does with tasks whose modules take long to load. */
export function testPoolLoading(
  name: string,
  create: CreatePool,
  shared: Shared,
): void {
  const test = (behaviour: string, run: () => Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, run);

  test("counts the timeout from when the module of a task is loaded", async () => {
    const slow = inModule("slow_to_load");
    // Each form in a worker that does not have the module.
    const forms: ((pool: TaskPool) => PromiseLike<unknown>)[] = [
      (pool) => pool.apply(slow, [1], { timeout: 200 }),
      (pool) => pool.map(slow, [1], { timeout: 200 }).then(([it]) => it),
      (pool) =>
        pool.imap(slow, [1], { timeout: 200 }).next().then(({ value }) =>
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

  test("stops no worker for a task that it has done while a module for its error loads", async () => {
    await using pool = create(1);
    const { promise: mayLoad, resolve: load } = Promise.withResolvers<void>();
    Object.assign(globalThis, { mayLoad });
    const controller = new AbortController();
    const { signal } = controller;
    // Each is another module, which nobody has.
    const fail = () => {
      const id = crypto.randomUUID();
      const url = `../fixtures/pool/loads_when_told.ts?${id}`;
      return fromModule<() => never>(new URL(url, import.meta.url), "fail");
    };
    const aborted = errorOf(pool.apply(fail(), [], { signal }));
    const failed = errorOf(pool.apply(fail(), [], { retries: 1 }));
    const [begun, open] = [shared.event(), shared.event()];
    const next = pool.apply(async (begun: Event, open: Event) => {
      begun.set();
      await open.wait();
      return "done";
    }, [begun, open]);
    // The worker has answered the others, and what they threw is not known yet.
    await until(() => pool.stats().workers[0].tasks === 2, "both are done");
    await begun.wait();
    const reason = new Error("enough");
    controller.abort(reason);
    assertStrictEquals(await aborted, reason);
    open.set();
    assertEquals(await next, "done");
    load();
    assertEquals(String(await failed), "RangeError: of the task");
    assertEquals(pool.stats().workers[0].name, "PoolWorker-1");
  });
}
