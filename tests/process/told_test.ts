// How soon those concerned hear of a death: within a second, of each kind. What a busy machine adds
// is left out by taking the best of a few; the other tests of deaths allow for it.

import { assertEquals, assertRejects } from "@std/assert";
import { assertBelow } from "../contracts/soon.ts";
import {
  keepLock,
  sendThenSleep,
  start,
  waitForLockSync,
} from "../fixtures/messages/children.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { Manager } from "../../manager/mod.ts";
import { EndOfStreamError, Pipe } from "../../pipe/mod.ts";
import { Pool, WorkerDiedError } from "../../pool/mod.ts";
import type { Process } from "../../process/mod.ts";
import { Queue } from "../../queue/mod.ts";
import { Lock } from "../../sync/mod.ts";

leaveNothing({ threads: true });

const LONG = { timeout: 20_000 };

/** The milliseconds from a death until somebody has heard of it. */
async function since(
  victim: { kill(): void } | number,
  told: Promise<unknown>,
): Promise<number> {
  const killed = performance.now();
  if (typeof victim === "number") Deno.kill(victim, "SIGKILL");
  else victim.kill();
  await told;
  return performance.now() - killed;
}

/** Kills somebody and gives the milliseconds until who is concerned has been told, by what dies. */
const DEATHS: Record<string, () => Promise<number>> = {
  async "who has a lock"() {
    const [lock, said] = [new Lock(), new Queue<unknown>()];
    const child = start("process", keepLock, lock, said, "sleep");
    assertEquals(await said.get(LONG), "held");
    const ms = await since(child as Process<never>, lock.acquire(LONG));
    await child.join();
    return ms;
  },
  async "who has a lock that another process is blocked for"() {
    const [lock, said] = [new Lock(), new Queue<unknown>()];
    const child = start("process", keepLock, lock, said, "sleep");
    assertEquals(await said.get(LONG), "held");
    const other = start("process", waitForLockSync, lock, said);
    assertEquals(await said.get(LONG), "waits");
    const ms = await since(child as Process<never>, said.get(LONG));
    await child.join();
    await other.join();
    return ms;
  },
  async "who has the other end of a pipe"() {
    const [a, b] = new Pipe<unknown>();
    const child = start("process", sendThenSleep, b, ["here"]);
    b.close();
    assertEquals(await a.recv(LONG), "here");
    const told = assertRejects(() => a.recv(LONG), EndOfStreamError);
    const ms = await since(child as Process<never>, told);
    await child.join();
    return ms;
  },
  async "a worker that has a task"() {
    await using pool = new Pool(1);
    const said = new Queue<number>();
    const work = async (said: Queue<number>) => {
      await said.put(Deno.pid);
      await new Promise((resolve) => setTimeout(resolve, 1 << 30));
    };
    const told = assertRejects(() => pool.apply(work, [said]), WorkerDiedError);
    return await since(await said.get(LONG), told);
  },
  async "a manager that is asked"() {
    await using manager = new Manager();
    const lock = manager.lock();
    await lock.acquire();
    return await since(manager.pid!, assertRejects(() => lock.acquire()));
  },
};

for (const [who, run] of Object.entries(DEATHS)) {
  Deno.test(`Those concerned are told within a second that ${who} has been killed`, async () => {
    await assertBelow(1_000, "ms", run);
  });
}
