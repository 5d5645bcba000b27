import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { deadline } from "@std/async/deadline";
import type { TaskPool } from "../../pool/mod.ts";
import { type CreatePool, errorOf } from "./pool_contract.ts";

const same = (...args: unknown[]) => args[0];

/** A value that does something when it is read, which is when it is submitted. */
function readBy<T>(act: () => void, value: T): { readonly it: T } {
  return {
    get it() {
      act();
      return value;
    },
  };
}

/** The ways to submit one item or several, each with what it is to be told. */
const FORMS: Record<
  string,
  (pool: TaskPool, items: unknown[], signal?: AbortSignal) => unknown
> = {
  apply: (pool, items, signal) => pool.apply(same, items, { signal }),
  applyAsync: (pool, items, signal) => pool.applyAsync(same, items, { signal }),
  map: (pool, items, signal) => pool.map(same, items, { signal }),
  "map with a timeout": (pool, items, signal) =>
    pool.map(same, items, { signal, timeout: 600_000 }),
  imap: (pool, items, signal) => pool.imap(same, items, { signal }).next(),
  imapUnordered: (pool, items, signal) =>
    pool.imapUnordered(same, items, { signal, chunkSize: 2 }).next(),
};

/** How a call fails, whether it throws or rejects. */
async function failureOf(call: () => unknown): Promise<unknown> {
  return await deadline(errorOf((async () => await call())()), 10_000);
}

/** What a pool does that is ended, or a task that is given up, while it is submitted. */
export function testPoolAwkward(name: string, create: CreatePool): void {
  const test = (behaviour: string, run: () => Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, run);

  test("fails what is submitted while its arguments terminate it", async () => {
    for (const [form, submit] of Object.entries(FORMS)) {
      const pool = create(1);
      const items = [readBy(() => pool.terminate(), 1), 2];
      const error = await failureOf(() => submit(pool, items)) as Error;
      assertEquals(
        error.message,
        form.startsWith("apply")
          ? "Cannot apply: pool is closed"
          : "Cannot finish task: pool is terminated",
        form,
      );
      assertEquals(pool.stats().queued, 0, form);
      await pool.join();
    }
  });

  test("takes no call whose arguments close it, and does the rest of a job", async () => {
    for (const form of ["apply", "applyAsync"]) {
      const pool = create(1);
      const items = [readBy(() => pool.close(), 1)];
      const error = await failureOf(() => FORMS[form](pool, items)) as Error;
      assertEquals(error.message, "Cannot apply: pool is closed");
      assertEquals(pool.stats().queued, 0);
      await pool.join();
    }
    const pool = create(1);
    const items = [readBy(() => pool.close(), 1), { it: 2 }];
    assertEquals(await pool.map(({ it }) => it, items), [1, 2]);
    await pool.join();
  });

  test("fails a task that waits for room while its arguments terminate it", async () => {
    const pool = create(1, { maxPending: 1 });
    const before = [0, 1].map(() => pool.apply(() => {}));
    const items = [readBy(() => pool.terminate(), 1)];
    const late = await failureOf(() => pool.apply(same, items)) as Error;
    assertEquals(late.message, "Cannot finish task: pool is terminated");
    assertEquals(pool.stats().queued, 0);
    await Promise.allSettled(before);
    await pool.join();
  });

  test("streams nothing whose items end it before it begins", async () => {
    for (const how of ["close", "terminate"] as const) {
      const pool = create(1);
      const items = {
        [Symbol.iterator]() {
          pool[how]();
          return [1, 2][Symbol.iterator]();
        },
      };
      await assertRejects(
        async () => await pool.imap(same, items).next(),
        Error,
        "Cannot imap: pool is closed",
      );
      await pool.join();
    }
  });

  test("gives a task up whose arguments abort its signal", async () => {
    await using pool = create(1);
    for (const [form, submit] of Object.entries(FORMS)) {
      const controller = new AbortController();
      const { signal } = controller;
      const reason = new Error(form);
      const items = [readBy(() => controller.abort(reason), 1), 2];
      const error = await failureOf(() => submit(pool, items, signal));
      assertStrictEquals(error, reason);
      const { queued, running } = pool.stats();
      assertEquals([queued, running], [0, 0], form);
    }
    assertEquals(await pool.apply(same, ["at work"]), "at work");
    assertEquals(pool.stats().done, 1);
  });
}
