// What becomes of a pool whose processes end in ways that no task has asked for.

import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertMatch,
} from "@std/assert";
import { delay } from "@std/async/delay";
import { Pool, WorkerDiedError } from "../../pool/mod.ts";
import { Queue } from "../../queue/mod.ts";
import { Event, Lock, SharedValue } from "../../sync/mod.ts";
import { errorOf } from "../contracts/pool_contract.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { IS_FFI_DENIED } from "../shared_memory.ts";
import { readSystemFile } from "../system_files.ts";
import { until } from "../until.ts";

leaveNothing();

const pids = (pool: Pool) => pool.stats().workers.map(({ pid }) => pid!);
const sleep = async (begun: Event) => {
  begun.set();
  await new Promise((resolve) => setTimeout(resolve, 600_000));
};

Deno.test("Pool fails the task whose worker is killed, and says how", async () => {
  await using pool = new Pool(2);
  const begun = new Event();
  const running = errorOf(pool.apply(sleep, [begun]));
  await begun.wait();
  const worker = pool.stats().workers.find(({ busy, tasks }) =>
    busy + tasks === 0
  )!;
  const others = Promise.allSettled(Array.from(
    { length: 20 },
    (_, n) => pool.apply((n: number) => n, [n]),
  ));
  const before = pids(pool);
  before.forEach((pid) => Deno.kill(pid, "SIGKILL"));
  const error = await running as WorkerDiedError;
  assertInstanceOf(error, WorkerDiedError);
  assert(before.includes(error.pid!), worker.name);
  assertEquals([error.exitCode, error.signal, error.task], [
    -9,
    "SIGKILL",
    "sleep",
  ]);
  assertMatch(
    error.message,
    /^Cannot finish sleep: its worker PoolWorker-\d \(pid \d+\) was killed by SIGKILL$/,
  );
  // At most one of the others was begun.
  const settled = await others;
  assert(settled.filter(({ status }) => status === "rejected").length <= 1);
  // The end of the other may be news yet, if it had done all that it had.
  await until(
    () =>
      pids(pool).length === 2 &&
      pids(pool).every((pid) => !before.includes(pid)),
    "both are replaced",
  );
});

Deno.test("Pool replaces a worker that is killed while it rests or starts", async () => {
  await using pool = new Pool(2);
  await pool.map((n: number) => n, [1, 2, 3, 4]);
  for (let round = 0; round < 4; round++) {
    const before = pids(pool);
    // They rest in the first round, and start in those after it.
    before.forEach((pid) => Deno.kill(pid, "SIGKILL"));
    await until(
      () =>
        pids(pool).length === 2 &&
        pids(pool).every((pid) => !before.includes(pid)),
      "both are replaced",
    );
  }
  assertEquals(await pool.map((n: number) => n, [1, 2, 3]), [1, 2, 3]);
  const { failed, done } = pool.stats();
  assertEquals(failed, 0);
  assert(done >= 2);
});

Deno.test("Pool hands the locks of a worker that is killed on, and its other tasks", async () => {
  await using pool = new Pool(1);
  const lock = new Lock();
  const said = new Queue<number>();
  const hold = async (lock: Lock, said: Queue<number>) => {
    await lock.acquire();
    await said.put(1);
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  };
  const holding = errorOf(pool.apply(hold, [lock, said]));
  const waiting = Promise.all(Array.from(
    { length: 5 },
    (_, n) => pool.apply((n: number) => n, [n]),
  ));
  await said.get();
  Deno.kill(pids(pool)[0], "SIGKILL");
  const guard = await lock.acquire({ timeout: 10_000 });
  assertEquals(guard.abandoned, true);
  guard.release();
  assertInstanceOf(await holding, WorkerDiedError);
  assertEquals(await waiting, [0, 1, 2, 3, 4]);
  said.close();
});

Deno.test("Pool fails the items of the chunk whose worker is killed, and no others", async () => {
  await using pool = new Pool(2);
  const die = (n: number) => {
    if (n === 4) Deno.kill(Deno.pid, "SIGKILL");
    return n;
  };
  const items = Array.from({ length: 9 }, (_, n) => n);
  const seen: unknown[] = [];
  const results = pool.imap(die, items, { chunkSize: 3 });
  for (const _ of items) {
    const it = await results.next().then(
      ({ value }) => value,
      (error) => error,
    );
    seen.push(it instanceof WorkerDiedError ? "died" : it);
  }
  assertEquals(seen, [0, 1, 2, "died", "died", "died", 6, 7, 8]);
  assertInstanceOf(await errorOf(pool.map(die, items)), WorkerDiedError);
  assertEquals(await pool.map(die, [1, 2]), [1, 2]);
});

Deno.test("Pool fails the task whose worker runs out of memory", async () => {
  // What the runtime says of it is for people.
  await using pool = new Pool(1, {
    env: { DENO_V8_FLAGS: "--max-heap-size=60" },
  });
  const error = await errorOf(pool.apply(function fill() {
    const all: number[][] = [];
    for (;;) all.push(new Array(100_000).fill(all.length));
  }));
  assertInstanceOf(error, WorkerDiedError);
  assert((error as WorkerDiedError).exitCode !== 0);
  assertEquals(await pool.apply(() => 1), 1);
});

Deno.test("Pool replaces a worker that has more memory than memoryLimit says", async () => {
  await using pool = new Pool(1, { memoryLimit: 200 << 20 });
  const grow = async (bytes: number) => {
    const kept = new Uint8Array(bytes).fill(1);
    Object.assign(globalThis, { kept });
    // It does not look more often than so.
    await new Promise((resolve) => setTimeout(resolve, 120));
    return Deno.pid;
  };
  const first = await pool.apply(grow, [1]);
  assertEquals(await pool.apply(grow, [1]), first);
  assertEquals(await pool.apply(grow, [250 << 20]), first);
  const second = await pool.apply(grow, [1]);
  assert(second !== first);
  assertEquals(pids(pool), [second]);
  assertEquals(pool.stats().failed, 0);
});

Deno.test("Pool replaces no worker for what its initializer takes, within half a second", async () => {
  const started = new SharedValue("i32", 0);
  const initializer = async (started: SharedValue<"i32">) => {
    // As long as it takes for the next look at the memory.
    await new Promise((resolve) => setTimeout(resolve, 120));
    started.add(1);
  };
  const options = { initializer, initArgs: [started], memoryLimit: 1 };
  await using pool = new Pool(1, options);
  await until(() => started.value > 0, "its worker is up");
  // Time for others, one after the other.
  await delay(500);
  assertEquals(started.value, 1);
  assertEquals(await pool.apply(() => 1), 1);
});

Deno.test("Pool really stops a task that computes for longer than its timeout", async () => {
  await using pool = new Pool(1);
  const said = new Queue<number>();
  for (const isDeaf of [false, true]) {
    const running = errorOf(pool.apply(
      async (said: Queue<number>, isDeaf: boolean) => {
        if (isDeaf) Deno.addSignalListener("SIGTERM", () => {});
        await said.put(Deno.pid);
        for (;;);
      },
      [said, isDeaf],
      { timeout: 50 },
    ));
    const pid = await said.get();
    const error = await running as Error;
    assertEquals(error.name, "TimeoutError");
    await until(() => !isAlive(pid), `${pid} has ended`);
    assertEquals(await pool.apply(() => 1), 1);
  }
  said.close();
});

Deno.test("Pool really stops a task that computes, also of a function that its worker knows", async () => {
  await using pool = new Pool(1);
  const compute = (isForEver: boolean) => {
    while (isForEver);
    return "done";
  };
  for (let round = 0; round < 2; round++) {
    const call = (isForEver: boolean, timeout: number) =>
      pool.apply(compute, [isForEver], { timeout });
    assertEquals(await call(false, 60_000), "done");
    const error = await errorOf(call(true, 100)) as Error;
    assertEquals(error.name, "TimeoutError");
  }
});

Deno.test("Pool gives its workers environment, directory and permissions", async () => {
  const cwd = Deno.makeTempDirSync();
  await using pool = new Pool(1, {
    env: { POOL_WORD: "heelo" },
    cwd,
    permissions: {
      env: true,
      read: true,
      ffi: !IS_FFI_DENIED,
      net: false,
      sys: true,
    },
  });
  const [word, directory, net] = await pool.apply(() =>
    [
      Deno.env.get("POOL_WORD"),
      Deno.cwd(),
      Deno.permissions.querySync({ name: "net" }).state,
    ] as const
  );
  assertEquals([word, directory], ["heelo", Deno.realPathSync(cwd)]);
  assert(net !== "granted");
  Deno.removeSync(cwd);
});

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readSystemFile(`/proc/${pid}/status`));
  } catch {
    return false;
  }
}
