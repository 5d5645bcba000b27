import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { Pool, ThreadPool, WorkerDiedError } from "../../pool/mod.ts";
import { fromModule } from "../../process/mod.ts";
import { Event, SharedValue } from "../../sync/mod.ts";
import { errorOf } from "../contracts/pool_contract.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { sharedTest } from "../shared_memory.ts";
import { until } from "../until.ts";

leaveNothing();

const KILLED =
  "Cannot start workers of PoolWorker: 10 in a row ended with SIGKILL before they were up";
const killSelf = () => Deno.kill(Deno.pid, "SIGKILL");

for (const TaskPool of [Pool, ThreadPool]) {
  Deno.test(`${TaskPool.name} fails whose workers end before they are up`, async () => {
    await using pool = new TaskPool(1, { initializer: () => Deno.exit(7) });
    await assertRejects(
      () => pool.apply(() => 1, []),
      Error,
      "3 in a row ended with exit code 7 before they were up",
    );
    await assertRejects(() => pool.apply(() => 1, []), Error, "3 in a row");
  });
}

sharedTest(
  "permission",
  "Pool whose workers may not share memory is a TypeError that says so",
  () => {
    for (const permissions of ["none", { net: true }] as const) {
      const error = assertThrows(() => new Pool(1, { permissions }), TypeError);
      assertEquals(
        (error as Error).message,
        "Cannot create pool: its workers share memory with this program, which needs --allow-ffi; give it by permissions: { ffi: true }",
      );
    }
  },
);

/** How a pool fails whose initializer kills each of its workers. */
async function failureOf(pool: Pool): Promise<WorkerDiedError> {
  const failed = await errorOf(pool.apply(() => 1)) as Error;
  assertEquals(failed.message, KILLED);
  assertInstanceOf(failed.cause, WorkerDiedError);
  const cause = failed.cause as WorkerDiedError;
  assertEquals([cause.exitCode, cause.signal], [-9, "SIGKILL"]);
  pool.close();
  await pool.join();
  return cause;
}

Deno.test("Pool fails whose workers are all killed in the initializer", async () => {
  const { task, message, pid } = await failureOf(
    new Pool(2, { initializer: killSelf }),
  );
  assertEquals(task, "killSelf");
  assertEquals(
    message.replace(/PoolWorker-\d+/, "PoolWorker-N"),
    `Cannot finish killSelf: its worker PoolWorker-N (pid ${pid}) was killed by SIGKILL`,
  );
});

Deno.test("Pool fails whose workers are all killed as they load the module of the initializer", async () => {
  const { task } = await failureOf(
    new Pool(2, {
      initializer: fromModule(
        new URL("../fixtures/pool/deadly.ts", import.meta.url),
        "getReady",
      ),
    }),
  );
  assertEquals(task, "getReady");
});

Deno.test("Pool goes on when some of its workers are killed in the initializer", async () => {
  const count = new SharedValue("i32");
  await using pool = new Pool(1, {
    initializer: (count: SharedValue<"i32">) => {
      // Nine in a row, and then one is up, again and again.
      if (count.add(1) % 10 !== 9) Deno.kill(Deno.pid, "SIGKILL");
    },
    initArgs: [count],
    maxTasksPerChild: 1,
  });
  assertEquals(await pool.apply((n: number) => n, [1]), 1);
  assertEquals(await pool.apply((n: number) => n, [2]), 2);
});

Deno.test("Pool goes on when its workers are killed before their initializers, however often", async () => {
  await using pool = new Pool(1, { initializer: () => {} });
  const pidOf = () => pool.stats().workers[0]?.pid;
  for (let round = 0; round < 15; round++) {
    const pid = pidOf()!;
    // As soon as it is there: it has not begun to load anything.
    Deno.kill(pid, "SIGKILL");
    await until(() => ![undefined, pid].includes(pidOf()), "it is replaced");
  }
  assertEquals(await pool.apply((n: number) => n, [1]), 1);
});

const pidsOf = (pool: Pool) => pool.stats().workers.map(({ pid }) => pid!);

/** A folder for workers to be in: while it is not there, none can be started. */
async function withFolder(use: (cwd: string) => Promise<void>): Promise<void> {
  const cwd = await Deno.makeTempDir();
  try {
    await use(cwd);
  } finally {
    await Deno.remove(cwd).catch(() => {});
  }
}

Deno.test("Pool goes on, and fills up later, when a worker cannot be started for a while", () =>
  withFolder(async (cwd) => {
    const [begun, done] = [new Event(), new Event()];
    await using pool = new Pool(2, { cwd });
    const healthy = pool.apply(waitBetween, [begun, done]);
    await begun.wait();
    await pool.apply((n: number) => n, [1]);
    await Deno.remove(cwd);
    await assertRejects(() => pool.apply(() => Deno.exit(3)), WorkerDiedError);
    await until(() => pidsOf(pool).length === 1, "its worker has left");
    const [pid] = pidsOf(pool);
    await Deno.mkdir(cwd);
    await until(() => pidsOf(pool).length === 2, "there is another one");
    assert(pidsOf(pool).includes(pid));
    done.set();
    assertEquals(await healthy, "healthy");
  }));

Deno.test("Pool that cannot grow gives all tasks to the workers there are", () =>
  withFolder(async (cwd) => {
    await using pool = new Pool(3, { cwd, minProcesses: 1 });
    await pool.apply((n: number) => n, [1]);
    await Deno.remove(cwd);
    const results = [1, 2, 3].map((n) => pool.apply(napAndReturn, [n]));
    assertEquals(await Promise.all(results), [1, 2, 3]);
    assertEquals(pidsOf(pool).length, 1);
  }));

Deno.test("Pool fails if no worker is left and none can be started", async () => {
  const failsWithout = (minProcesses: number) =>
    withFolder(async (cwd) => {
      await using pool = new Pool(1, { cwd, minProcesses, idleTimeout: 1 });
      await pool.apply((n: number) => n, [1]);
      await Deno.remove(cwd);
      if (minProcesses > 0) Deno.kill(pidsOf(pool)[0], "SIGKILL");
      await until(() => pidsOf(pool).length === 0, "its worker has left");
      await assertRejects(
        () => pool.apply((n: number) => n, [2]),
        Error,
        "Cannot start PoolWorker-",
      );
    });
  await Promise.all([failsWithout(1), failsWithout(0)]);
});

async function waitBetween(begun: Event, done: Event): Promise<string> {
  begun.set();
  await done.wait();
  return "healthy";
}

async function napAndReturn(n: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 20));
  return n;
}
