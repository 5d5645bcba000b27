// Conditions between processes and threads, and what becomes of notifications.

import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { Pipe } from "../../pipe/mod.ts";
import { Process, type Thread } from "../../process/mod.ts";
import { Queue } from "../../queue/mod.ts";
import { Condition, Event, Lock, RLock, SharedValue } from "../../sync/mod.ts";
import {
  alternate,
  compareLocks,
  IN_VAIN_MS,
  keepLock,
  notifyAndKeep,
  start,
  takeBeforeHearing,
  waitAsTwo,
  waitAtCondition,
  waitInVain,
  waitWithAnother,
} from "../fixtures/sync/together.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { TOLD_MS } from "../told.ts";

leaveNothing({ threads: true });

const LONG = { timeout: 20_000 };
/** For a process to notice that its time is over. */
const AFTER_MS = 200;

function stop(child: Process<never> | Thread<never>) {
  if (child instanceof Process) child.kill();
  else child.terminate();
}

for (const createLock of [() => new Lock(), () => new RLock()]) {
  const kind = createLock().constructor.name;

  Deno.test(`Condition with ${kind === "Lock" ? "a Lock" : "an RLock"} lets processes and threads take turns`, async () => {
    const condition = new Condition(createLock());
    const number = new SharedValue("i32", 0, { lock: false });
    const children = [
      start("process", alternate, condition, number, 0, 2_000, "async"),
      start("process", alternate, condition, number, 1, 2_000, "sync"),
      start("thread", alternate, condition, number, 0, 2_000, "sync"),
      start("thread", alternate, condition, number, 1, 2_000, "async"),
    ];
    for (const child of children) assertEquals(await child.join(), 0);
    assertEquals([number.value, condition.lock.locked], [2_000, false]);
  });
}

Deno.test("Condition notifies processes and threads in the order in which they came", async () => {
  const condition = new Condition();
  const said = new Queue<unknown>();
  const children = [];
  for (
    const [name, kind, form] of [
      ["one", "process", "async"],
      ["two", "thread", "sync"],
      ["three", "process", "sync"],
      ["four", "thread", "async"],
    ] as const
  ) {
    children.push(start(kind, waitAtCondition, condition, said, name, form));
    assertEquals(await said.get(LONG), `${name} waits`);
  }
  for (const name of ["one", "two"]) {
    {
      using _guard = await condition.acquire();
      condition.notify();
    }
    assertEquals(await said.get(LONG), `${name} goes on`);
  }
  {
    using _guard = await condition.acquire();
    condition.notify(5);
  }
  const rest = [await said.get(LONG), await said.get(LONG)];
  assertEquals(rest.toSorted(), ["four goes on", "three goes on"]);
  for (const child of children) assertEquals(await child.join(), 0);
});

for (const kind of ["process", "thread"] as const) {
  for (const form of ["async", "sync"] as const) {
    for (const next of ["here", "process"] as const) {
      Deno.test(`Condition passes on what a ${kind} was told that died before it had the lock, ${form}, ${next === "here" ? "here" : `to a ${next}`}`, async () => {
        const condition = new Condition();
        const said = new Queue<unknown>();
        const first = start(
          kind,
          waitAtCondition,
          condition,
          said,
          "first",
          form,
        );
        assertEquals(await said.get(LONG), "first waits");
        const heir = next === "here"
          ? undefined
          : start(next, waitAtCondition, condition, said, "second", form);
        if (heir !== undefined) {
          assertEquals(await said.get(LONG), "second waits");
        }
        const here = heir === undefined
          ? waitAtCondition(condition, said, "second", "async")
          : undefined;
        if (here !== undefined) {
          assertEquals(await said.get(LONG), "second waits");
        }
        // Waits as well, but was not the next.
        const third = waitAtCondition(condition, said, "third", "async");
        assertEquals(await said.get(LONG), "third waits");
        const guard = await condition.acquire(LONG);
        condition.notify();
        const begin = performance.now();
        stop(first as Process<never>);
        await first.join();
        // Comes after the notification, so does not get it.
        const late = condition.wait();
        assertEquals(await said.get(LONG), "second goes on");
        const ms = performance.now() - begin;
        assert(ms < TOLD_MS, `passed on after ${ms} ms`);
        const other = await condition.acquire(LONG);
        condition.notifyAll();
        other.release();
        assertEquals(await said.get(LONG), "third goes on");
        await late;
        guard.release();
        await Promise.all([third, here, heir?.join()]);
        assertEquals(condition.lock.locked, false);
      });
    }
  }
}

Deno.test("Condition does not count who was killed while it waited", async () => {
  const condition = new Condition();
  const said = new Queue<unknown>();
  const first = start(
    "process",
    waitAtCondition,
    condition,
    said,
    "first",
    "sync",
  ) as Process<never>;
  assertEquals(await said.get(LONG), "first waits");
  const second = waitAtCondition(condition, said, "second", "async");
  assertEquals(await said.get(LONG), "second waits");
  first.kill();
  await first.join();
  using guard = await condition.acquire(LONG);
  condition.notify();
  guard.release();
  assertEquals(await said.get(LONG), "second goes on");
  await second;
});

for (
  const [end, who, form] of [
    ["sleep", "task", "async"],
    ["exit", "task", "async"],
    ["sleep", "process", "async"],
    ["sleep", "process", "sync"],
  ] as const
) {
  Deno.test(`Condition tells a ${who} that waits that the lock was abandoned, ${form}, ${end}`, async () => {
    const condition = new Condition();
    const said = new Queue<unknown>();
    const waiting = who === "task"
      ? waitAtCondition(condition, said, "first", form)
      : start("process", waitAtCondition, condition, said, "first", form)
        .join();
    assertEquals(await said.get(LONG), "first waits");
    const child = start(
      "process",
      notifyAndKeep,
      condition,
      said,
      end,
    ) as Process<never>;
    assertEquals(await said.get(LONG), "notified");
    if (end === "sleep") child.kill();
    assertEquals(await said.get(LONG), "first inherits");
    await waiting;
    await child.join();
    const guard = await condition.acquire();
    assertEquals(guard.abandoned, false);
    guard.release();
  });
}

for (const Kind of [Lock, RLock]) {
  Deno.test(`Condition tells the task that inherits the lock, and no other, with a ${Kind.name}`, async () => {
    const condition = new Condition(new Kind());
    const said = new Queue<unknown>();
    const tasks = start("process", waitAsTwo, condition, said);
    assertEquals(await said.get(LONG), "first waits");
    assertEquals(await said.get(LONG), "second waits");
    const child = start("process", notifyAndKeep, condition, said, "sleep");
    assertEquals(await said.get(LONG), "notified");
    (child as Process<never>).kill();
    assertEquals(await said.get(LONG), "first: true");
    {
      using _guard = await condition.acquire(LONG);
      condition.notify();
    }
    assertEquals(await said.get(LONG), "second: false");
    assertEquals([await child.join(), await tasks.join()], [-9, 0]);
  });

  Deno.test(`Condition does not take a guard for an older one, with a ${Kind.name}`, async () => {
    const condition = new Condition(new Kind());
    const said = new Queue<unknown>();
    const child = start("process", keepLock, condition, said);
    assertEquals(await said.get(LONG), "asks");
    assertEquals(await said.get(LONG), "has it");
    const heir = start("process", waitWithAnother, condition, said);
    (child as Process<never>).kill();
    assertEquals(await said.get(LONG), "old: true");
    assertEquals(await said.get(LONG), "waits");
    {
      using _guard = await condition.acquire(LONG);
      condition.notify();
    }
    assertEquals(await said.get(LONG), "new: false, old: true");
    assertEquals([await child.join(), await heir.join()], [-9, 0]);
  });
}

Deno.test("Condition knows that the lock is free, though it was taken before it was heard of", async () => {
  const condition = new Condition(new RLock());
  const said = new Queue<unknown>();
  const folder = Deno.makeTempDirSync();
  const file = `${folder}/notified`;
  const child = start("process", takeBeforeHearing, condition, said, file);
  assertEquals(await said.get(LONG), "waits");
  {
    using _guard = await condition.acquire(LONG);
    condition.notify();
  }
  Deno.writeTextFileSync(file, "");
  assertEquals(await said.get(LONG), "takes it: true");
  assertEquals(
    await said.get(LONG),
    "Cannot notify condition: its lock is not held",
  );
  assertEquals(await child.join(), 0);
  Deno.removeSync(folder, { recursive: true });
});

for (const form of ["async", "sync", "signal"] as const) {
  Deno.test(`Condition tells who has waited in vain that the lock was abandoned ${AFTER_MS} ms later, by ${form}`, async () => {
    const condition = new Condition();
    const said = new Queue<unknown>();
    const go = new Event();
    const waiter = start("process", waitInVain, condition, said, go, form);
    assertEquals(await said.get(LONG), "holds");
    const child = start("process", keepLock, condition, said);
    assertEquals(await said.get(LONG), "asks");
    go.set();
    assertEquals(await said.get(LONG), "has it");
    // Its time is over then, and it waits for the lock: nothing tells of that here.
    await delay(IN_VAIN_MS + AFTER_MS);
    (child as Process<never>).kill();
    assertEquals(await said.get(LONG), "TimeoutError: true");
    assertEquals([await child.join(), await waiter.join()], [-9, 0]);
  });
}

Deno.test("Condition arrives with its lock, and several with the one they have", async () => {
  const lock = new RLock();
  const [here, there] = new Pipe<unknown>();
  const child = start("process", compareLocks, there);
  await here.send([new Condition(lock), new Condition(lock)]);
  assertEquals(await here.recv(LONG), true);
  await child.join();
  const again = start("thread", compareLocks, there);
  await here.send([new Condition(lock), new Condition()]);
  assertEquals(await here.recv(LONG), false);
  await again.join();
  here.close();
  there.close();
});
