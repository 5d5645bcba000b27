// After the part of CPython's _TestPool that is about workers, _TestPoolWorkerErrors,
// _TestPoolWorkerLifetime, TestPoolNotLeakOnFailure, TestInitializers and MiscTestCase.

import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { Semaphore, SharedValue } from "../../sync/mod.ts";
import { until } from "../until.ts";
import {
  leaveNothingBehind,
  LONG,
  testBoth,
  testProcesses,
} from "./backends.ts";
import { create, numbers, square, squares, throwing } from "./pools.ts";
import { run, runWell } from "./programs.ts";

leaveNothingBehind();

const FAR = { timeout: 20_000 };

testBoth(
  "Pool has as many workers as it is told, at least one",
  async (kind) => {
    for (const size of [-1, 0]) {
      assertThrows(() => create(kind, size), RangeError, "Cannot create pool");
    }
    const pool = create(kind, 3);
    const size = () => pool.stats().workers.length;
    await until(() => size() === 3, "all are started");
    pool.close();
    await pool.join();
  },
);

testBoth(
  "Pool.terminate() ends ten thousand tasks that take for ever",
  async (kind) => {
    const pool = create(kind, 3);
    const begun = new Semaphore(0);
    const result = pool.mapAsync(
      async (begun: Semaphore | null) => {
        begun?.release();
        await new Promise((resolve) => setTimeout(resolve, 600_000));
      },
      [begun, begun, begun, ...Array(9_997).fill(null)],
      { chunkSize: 1 },
    );
    for (let n = 0; n < 3; n++) await begun.acquire(LONG);
    pool.terminate();
    await pool.join(LONG);
    await assertRejects(() => result.get(FAR), DOMException, "terminated");
  },
);

testBoth("Pool gives nothing for nothing, in every form", async (kind) => {
  const pool = create(kind, 1);
  assertEquals(await pool.map(square, []), []);
  assertEquals(await Array.fromAsync(pool.imap(square, [])), []);
  assertEquals(await Array.fromAsync(pool.imapUnordered(square, [])), []);
  assertEquals(await pool.mapAsync(square, []).get(), []);
  pool.close();
  await pool.join();
});

testBoth(
  "Pool is terminated at the end of its block, and takes no more",
  async (kind) => {
    let kept;
    {
      await using pool = create(kind, 2);
      kept = pool;
      assertEquals(await pool.mapAsync(square, numbers(10)).get(), squares(10));
    }
    await assertRejects(
      () => kept.map(square, numbers(10)),
      Error,
      "Cannot map: pool is closed",
    );
    // A second block may end it again.
    {
      await using _again = kept;
    }
    await kept.join();
  },
);

testBoth(
  "Pool throws errors of tasks as themselves, with the worker's stack",
  async (kind) => {
    await using pool = create(kind, 1);
    const error = await assertRejects(
      () =>
        pool.apply(function fails() {
          throw new RangeError("123");
        }),
      RangeError,
      "123",
    ) as Error;
    assertEquals([error.cause, Object.keys(error)], [undefined, []]);
    const [here, there] = error.stack!.split("--- in PoolWorker-1");
    assert(here.includes("pool_workers_test.ts"), error.stack);
    assert(/at fails /.test(there), error.stack);
    // One of this side has no worker in it.
    const own = await assertRejects(
      () => pool.map(square, throwing(1, -1)),
      SyntaxError,
    ) as Error;
    assertEquals(own.cause, undefined);
    assert(/at throwing /.test(own.stack!), own.stack);
    assert(!own.stack!.includes("PoolWorker"), own.stack);
  },
);

testBoth(
  "Pool.map() calls all, though one fails at once with much to say",
  async (kind) => {
    const called = new SharedValue("i32", 0);
    const fail = async (n: number, called: SharedValue<"i32">) => {
      if (n > 0) await new Promise((resolve) => setTimeout(resolve, 50));
      called.add(1);
      throw new RangeError("x".repeat(1_048_576));
    };
    const pool = create(kind, 2);
    await assertRejects(
      () => pool.starmap(fail, [[0, called], [1, called]], { chunkSize: 1 }),
      RangeError,
    );
    assertEquals(called.value, 2);
    pool.close();
    await pool.join();
  },
);

testProcesses(
  "Pool keeps neither arguments nor results once they are given",
  async () => {
    const flags = ["--v8-flags=--expose-gc"];
    // After the second time, too, that a pool has looked at who takes long.
    const programs = ["Pool 0", "ThreadPool 0", "Pool 5200", "ThreadPool 5200"];
    await Promise.all(programs.map(async (program) => {
      assertEquals(
        await runWell(`../pool/programs.ts releases ${program}`, { flags }),
        ["released 20 of 20"],
      );
    }));
  },
);

testProcesses(
  "Pool that is forgotten while it runs ends with its program",
  async () => {
    for (const kind of ["Pool", "ThreadPool"]) {
      const { code, stdout } = await run(`../pool/programs.ts submits ${kind}`);
      assertEquals([code, stdout], [0, "end\n"]);
    }
  },
);

testBoth(
  "Pool.applyAsync() calls errorCallback with the error",
  async (kind) => {
    const pool = create(kind, 2);
    let said: unknown;
    const result = pool.applyAsync(
      () => {
        throw new RangeError("key");
      },
      [],
      { errorCallback: (error) => said = error },
    );
    await assertRejects(() => result.get(), RangeError, "key");
    assertInstanceOf(said, RangeError);
    pool.close();
    await pool.join();
  },
);

testBoth(
  "Pool keeps its workers where results cannot be sent",
  async (kind) => {
    const pool = create(kind, 2);
    const names = () => pool.stats().workers.map(({ name }) => name);
    await until(() => names().length === 2, "all are started");
    const before = names();
    for (let again = 0; again < 20; again++) {
      let said: unknown;
      const result = pool.applyAsync(() => () => 42, [], {
        errorCallback: (error) => said = error,
      });
      await assertRejects(() => result.get(), TypeError, "Cannot send result");
      assertInstanceOf(said, TypeError);
    }
    assertEquals(names(), before);
    pool.close();
    await pool.join();
  },
);

testBoth(
  "Pool replaces workers by maxTasksPerChild, and loses no task",
  async (kind) => {
    const pool = create(kind, 3, { maxTasksPerChild: 10 });
    const names = () => pool.stats().workers.map(({ name }) => name);
    await until(() => names().length === 3, "all are started");
    const before = names();
    const results = numbers(100).map((n) => pool.applyAsync(square, [n]));
    for (const [n, result] of results.entries()) {
      assertEquals(await result.get(), n * n);
    }
    assertEquals(before, ["PoolWorker-1", "PoolWorker-2", "PoolWorker-3"]);
    // Not all of the first need have done any, but ten workers at least have.
    const newest = Math.max(
      ...names().map((name) => Number(name.split("-")[1])),
    );
    assert(newest >= 10, `${names()}`);
    pool.close();
    await pool.join();
  },
);

testBoth(
  "Pool that is closed early still replaces workers by maxTasksPerChild",
  async (kind) => {
    const pool = create(kind, 3, { maxTasksPerChild: 1 });
    const results = numbers(6).map((n) =>
      pool.applyAsync(async (n: number) => {
        await new Promise((resolve) => setTimeout(resolve, 30));
        const worker = globalThis as { tasks?: number };
        worker.tasks = (worker.tasks ?? 0) + 1;
        return [n * n, worker.tasks];
      }, [n])
    );
    pool.close();
    await pool.join(LONG);
    // Each is the only one of its worker.
    assertEquals(
      await Promise.all(results.map((it) => it.get())),
      squares(6).map((square) => [square, 1]),
    );
  },
);

testBoth("Pool refuses a maxTasksPerChild that is no whole number", (kind) => {
  // 0, an error in Python, is for any number.
  for (const maxTasksPerChild of [-1, 0.5]) {
    assertThrows(
      () => create(kind, 3, { maxTasksPerChild }),
      RangeError,
      `Cannot create pool: maxTasksPerChild is ${maxTasksPerChild}`,
    );
  }
  assertThrows(
    // deno-lint-ignore no-explicit-any -- what the compiler refuses
    () => create(kind, 3, { maxTasksPerChild: "12" as any }),
    TypeError,
    "Cannot create pool: maxTasksPerChild is a string, not a number",
  );
});

testProcesses("Pool in a variable of the program lets it end", async () => {
  for (const kind of ["Pool", "ThreadPool"]) {
    assertEquals(await runWell(`../pool/programs.ts forgets ${kind}`), [
      "[ 0, 1, 4 ]",
    ]);
  }
});

testBoth(
  "Pool calls its initializer in each worker, and refuses what is none",
  async (kind) => {
    const called = new SharedValue("i32", 0);
    assertThrows(
      // deno-lint-ignore no-explicit-any -- what the compiler refuses
      () => create(kind, 1, { initializer: 1 as any }),
      TypeError,
      "Cannot create pool: initializer is a number; pass a function",
    );
    const pool = create(kind, 1, {
      initializer: (called: SharedValue<"i32">) => {
        called.add(1);
      },
      initArgs: [called],
    });
    pool.close();
    await pool.join();
    assertEquals(called.value, 1);
  },
);

testProcesses(
  "Pool that cannot start its workers leaves none behind",
  async () => {
    assertEquals(await runWell("../pool/programs.ts fails"), [
      "WouldBlock: Cannot start PoolWorker-4: no more",
      "4 starts",
      "none is left",
    ]);
  },
);

testProcesses("Pool may have very many workers", async () => {
  assertEquals(await runWell("large_pool.ts"), ["64 332833500"]);
});
