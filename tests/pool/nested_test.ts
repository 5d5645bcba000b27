// Pools in the tasks of pools, and what is left of pools.

import { assert, assertEquals, assertRejects } from "@std/assert";
import { sweep } from "../../_internal/handles/mod.ts";
import {
  cellsInUse,
  processMemory,
  threadMemory,
  unitsInUse,
} from "../../_internal/memory/mod.ts";
import { Pipe } from "../../pipe/mod.ts";
import { Pool, ThreadPool } from "../../pool/mod.ts";
import { fromModule } from "../../process/mod.ts";
import { Queue } from "../../queue/mod.ts";
import { Event } from "../../sync/mod.ts";
import { errorOf } from "../contracts/pool_contract.ts";
import type * as Nested from "../fixtures/pool/nested.ts";
import { create } from "../fixtures/pool/nested.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { runProgram } from "../run_program.ts";
import { IS_FFI_DENIED } from "../shared_memory.ts";
import { until } from "../until.ts";

leaveNothing({ threads: true });

const NESTED = new URL("../fixtures/pool/nested.ts", import.meta.url);
const mapInKept = fromModule<typeof Nested.mapInKept>(NESTED, "mapInKept");
const mapInOwn = fromModule<typeof Nested.mapInOwn>(NESTED, "mapInOwn");
const startChild = fromModule<typeof Nested.startChild>(NESTED, "startChild");
const mapDeep = fromModule<typeof Nested.mapDeep>(NESTED, "mapDeep");
const failDeep = fromModule<typeof Nested.failDeep>(NESTED, "failDeep");
const KINDS = ["Pool", "ThreadPool"] as const;

for (const outer of KINDS) {
  for (const inner of KINDS) {
    Deno.test(`A ${inner} works in the tasks of a ${outer}`, async () => {
      const said = new Queue<string>();
      await using pool = create(outer, 2);
      assertEquals(
        await Promise.all([
          pool.apply(mapInOwn, [inner, [1, 2]]),
          pool.apply(mapInOwn, [inner, []]),
        ]),
        [[3, 6], []],
      );
      // One that is never closed goes with its worker.
      for (let n = 0; n < 4; n++) {
        assertEquals(await pool.apply(mapInKept, [inner, [n], said]), [3 * n]);
      }
      assertEquals(said.size, 4);
      await assertRejects(
        () => pool.apply(failDeep, [inner]),
        RangeError,
        "deep down",
      );
      said.close();
    });
  }

  Deno.test(`A ${outer} works four levels down`, async () => {
    await using pool = create(outer, 1);
    const levels = [...KINDS, outer];
    assertEquals(await pool.apply(mapDeep, [levels, [1, 2, 3]]), [3, 6, 9]);
  });

  Deno.test(`${outer} waits for the processes that its tasks have started, when it ends`, async () => {
    const open = new Event();
    const said = new Queue<string>();
    const pool = create(outer, 1);
    await pool.apply(startChild, [open, said]);
    pool.close();
    const joined = pool.join();
    open.set();
    await joined;
    assertEquals(said.tryGet(), { ok: true, value: "ends" });
    said.close();
  });

  Deno.test(`${outer} leaves no memory in use`, async () => {
    const queue = new Queue<number>();
    const use = async () => {
      await using pool = create(outer, 2);
      const large = new Uint8Array(500_000);
      await pool.map((n: number) => n, [1, 2, 3]);
      const waiting = Array.from(
        { length: 50 },
        () =>
          errorOf(
            pool.apply((queue: Queue<number>, large: Uint8Array) =>
              queue.size + large.length, [queue, large]),
          ),
      );
      await waiting[0];
      pool.terminate();
      await Promise.all(waiting);
    };
    await use();
    const inUse = () => {
      const memories = IS_FFI_DENIED
        ? [threadMemory()]
        : [processMemory(), threadMemory()];
      memories.forEach(sweep);
      return memories.map((it) => [unitsInUse(it), cellsInUse(it)]).flat();
    };
    const before = inUse();
    for (let n = 0; n < 3; n++) await use();
    await until(
      () => inUse().every((it, n) => it <= before[n]),
      "all is freed",
    );
  });
}

Deno.test("imapUnordered() of many items has few of them in memory at a time", async () => {
  const program = new URL("../fixtures/pool/many_items.ts", import.meta.url);
  const heap = "--v8-flags=--max-old-space-size=40";
  const args = ["run", "-A", heap, program.href];
  const { stdout, stderr } = await runProgram("many_items.ts", args);
  assertEquals(stderr, "");
  const { sum, ahead, units } = JSON.parse(stdout);
  assertEquals(sum, 150_000 * 149_999 / 2);
  assert(ahead < 50_000, `${ahead} items ahead`);
  assert(units < 500, `${units} units of memory`);
});

/** Its second byte, as it is sent, has the bit by which an answer says that its worker has too much. */
const ODD = [3, 3, 3, 3];

Deno.test("A stream ends no worker for what its items take from a pipe", async () => {
  await using pool = new Pool(1);
  const [ours, theirs] = new Pipe<number[]>();
  const taken: number[][] = [];
  const items = function* () {
    for (let n = 0; n < 20; n++) {
      // It stands where the answer stood whose worker gets the next item.
      theirs.sendSync(ODD);
      taken.push(ours.recvSync());
      yield n;
    }
  };
  const results = await Array.fromAsync(
    pool.imap((n: number) => n, items(), { chunkSize: 1 }),
  );
  assertEquals(results, Array.from({ length: 20 }, (_, n) => n));
  assertEquals(taken, Array(20).fill(ODD));
  assertEquals(pool.stats().workers.map(({ name }) => name), ["PoolWorker-1"]);
  ours.close();
  theirs.close();
});

Deno.test("ThreadPool gives up a thread that computes for ever, and goes on", async () => {
  const pool = new ThreadPool(1);
  // It may not be stopped, so it is one that ends at last.
  const error = await errorOf(pool.apply(
    () => {
      for (const end = performance.now() + 3_000; performance.now() < end;);
    },
    [],
    { timeout: 30 },
  )) as Error;
  assertEquals(
    error.message,
    "Cannot finish an inline function: it ran for more than 30 ms; its thread may go on computing, and another takes its place",
  );
  assertEquals(await pool.apply((n: number) => n, [1]), 1);
  assertEquals(pool.stats().workers.at(-1)?.name, "PoolWorker-2");
  pool.close();
  await pool.join();
});
