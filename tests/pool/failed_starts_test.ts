import {
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { Pool, ThreadPool, WorkerDiedError } from "../../pool/mod.ts";
import { fromModule } from "../../process/mod.ts";
import { SharedValue } from "../../sync/mod.ts";
import { errorOf } from "../contracts/pool_contract.ts";
import { until } from "../contracts/pool_workers_contract.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { sharedTest } from "../shared_memory.ts";

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
