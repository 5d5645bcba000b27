// What pools of threads do. thread_memory_test.ts runs this file again, without --allow-ffi.

import { assertEquals, assertThrows } from "@std/assert";
import {
  reachesProcesses,
  unitsInUse,
  widestBytes,
} from "../../_internal/memory/mod.ts";
import { type PoolOptions, ThreadPool } from "../../pool/mod.ts";
import { Barrier, SharedArray } from "../../sync/mod.ts";
import { testPoolAwkward } from "../contracts/pool_awkward_contract.ts";
import { testPoolBacklog } from "../contracts/pool_backlog_contract.ts";
import { type CreatePool, testPool } from "../contracts/pool_contract.ts";
import { testPoolControl } from "../contracts/pool_control_contract.ts";
import { testPoolGivenUp } from "../contracts/pool_given_up_contract.ts";
import { testPoolLoading } from "../contracts/pool_loading_contract.ts";
import { testPoolStacks } from "../contracts/pool_stacks_contract.ts";
import { testPoolMap } from "../contracts/pool_map_contract.ts";
import { testPoolStream } from "../contracts/pool_stream_contract.ts";
import { testPoolStreamEnd } from "../contracts/pool_stream_end_contract.ts";
import {
  testPoolStuck,
  testPoolStuckLater,
} from "../contracts/pool_stuck_contract.ts";
import { testPoolWorkers } from "../contracts/pool_workers_contract.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { until } from "../until.ts";
import { SHARED_BY_THREADS } from "./shared_objects.ts";

if (reachesProcesses()) leaveNothing({ threads: true });

const create: CreatePool = (size, options) => new ThreadPool(size, options);

testPool("ThreadPool", create, SHARED_BY_THREADS);
testPoolMap("ThreadPool", create, SHARED_BY_THREADS);
testPoolGivenUp("ThreadPool", create, SHARED_BY_THREADS);
testPoolLoading("ThreadPool", create);
testPoolStacks("ThreadPool", create);
testPoolStream("ThreadPool", create, SHARED_BY_THREADS);
testPoolStreamEnd("ThreadPool", create);
testPoolStuck("ThreadPool", create, Deno.test);
testPoolStuckLater("ThreadPool", create);
testPoolWorkers("ThreadPool", create, SHARED_BY_THREADS);
testPoolControl("ThreadPool", create, SHARED_BY_THREADS);
testPoolAwkward("ThreadPool", create);
testPoolBacklog("ThreadPool", create, SHARED_BY_THREADS);

Deno.test("ThreadPool refuses what its threads cannot have of their own", async () => {
  const refused: [PoolOptions, string][] = [
    [{ permissions: "none" }, "permissions"],
    [{ permissions: { read: true } }, "permissions"],
    [{ env: {} }, "environment"],
    [{ cwd: "/" }, "working directory"],
    [{ memoryLimit: 1 }, "memory"],
  ];
  for (const [options, what] of refused) {
    const error = assertThrows(() => new ThreadPool(1, options), TypeError);
    assertEquals(
      (error as Error).message,
      `Cannot create pool: ${
        Object.keys(options)[0]
      } is no option of a ThreadPool, whose threads have the ${what} of the program; take a Pool`,
    );
  }
  const same: PoolOptions = {
    permissions: "inherit",
    env: undefined,
    cwd: undefined,
    memoryLimit: 0,
  };
  await using pool = new ThreadPool(1, same);
  assertEquals(await pool.apply(() => 1), 1);
});

Deno.test("ThreadPool leaves nothing of a shared array that its tasks have seen", async () => {
  const use = async () => {
    await using pool = new ThreadPool(2, {
      finalizer: () => {
        throw new Error("it is not to run");
      },
    });
    const array = new SharedArray("i32", 1_000_000, { lock: false });
    await pool.map((array) => array.array.fill(7).length, [array, array]);
    array.close();
  };
  await use();
  const before = unitsInUse(widestBytes());
  for (let n = 0; n < 3; n++) await use();
  await until(() => unitsInUse(widestBytes()) <= before, "all is freed");
});

/** A task that waits for others, and for the program. */
const meet = (barrier: Barrier) => barrier.waitSync({ timeout: 60_000 });

Deno.test("ThreadPool starts one thread at once, and the others when that is up", async () => {
  await using pool = new ThreadPool(3);
  const size = () => pool.stats().workers.length;
  assertEquals(size(), 1);
  await until(() => size() === 3, "all are started");
  pool.close();
  await pool.join();
  assertEquals(size(), 0);
});

Deno.test("ThreadPool starts a thread for each task, though the program blocks then", async () => {
  for (const used of [false, true]) {
    await using pool = new ThreadPool(2);
    if (used) assertEquals(await pool.apply(() => 1), 1);
    const barrier = new Barrier(3);
    const tasks = [pool.apply(meet, [barrier]), pool.apply(meet, [barrier])];
    const all = [meet(barrier), ...await Promise.all(tasks)];
    assertEquals(all.toSorted(), [0, 1, 2]);
  }
});

Deno.test("ThreadPool starts all threads at once if they have an initializer", async () => {
  const barrier = new Barrier(3);
  await using pool = new ThreadPool(2, {
    initializer: meet,
    initArgs: [barrier],
  });
  assertEquals(pool.stats().workers.length, 2);
  meet(barrier);
  assertEquals(await pool.apply(() => 1), 1);
});

Deno.test("ThreadPool that is closed starts no threads that nobody needs", async () => {
  const pool = new ThreadPool(3);
  const result = pool.apply(() => 1);
  pool.close();
  assertEquals(pool.stats().workers.length, 1);
  await pool.join();
  assertEquals(await result, 1);
});
