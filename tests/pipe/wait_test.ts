// Waiting for many things that processes and threads do.

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type Connection, Pipe, wait, waitSync } from "../../pipe/mod.ts";
import { currentProcess, Process, type Thread } from "../../process/mod.ts";
import { Queue } from "../../queue/mod.ts";
import { assertBelow, SOON_MS } from "../contracts/soon.ts";
import {
  endLater,
  endWhenTold,
  killSelf,
  make,
  returnLater,
  sendLater,
  start,
  takeAndTell,
  tellReady,
  waitForParent,
  watchForever,
} from "../fixtures/messages/waits.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { letBegin } from "../process/let_begin.ts";
import { runProgram } from "../run_program.ts";
import { IS_FFI_DENIED, sharedTest } from "../shared_memory.ts";
import { ROOT } from "../../scripts/std_source.ts";
import { TOLD_MS } from "../told.ts";

leaveNothing({ threads: true });

/** Long enough that only what hangs takes it. */
const LONG = { timeout: 20_000 };
const KINDS = ["process", "thread"] as const;

Deno.test("wait() tells of processes and threads as they end", async () => {
  const ends: Connection<unknown>[] = [];
  const begin = (kind: "process" | "thread", code: number | "kill") => {
    const [ours, theirs] = new Pipe<unknown>();
    ends.push(ours);
    return start(kind, endWhenTold, theirs, code);
  };
  const children: object[] = [
    begin("process", 3),
    begin("thread", 4),
    begin("process", "kill"),
  ];
  const queue = new Queue<unknown>();
  const all = [...children, queue];
  assertEquals(await wait(all, { timeout: 0 }), []);
  const order = [2, 1, 0];
  const codes: (number | null)[] = [];
  for (const index of order) {
    const left = all.filter((it) => it !== queue);
    const waiting = wait(all, LONG);
    await ends[index].send("go on");
    assertEquals(await waiting, [children[index]]);
    codes.push((children[index] as Process | Thread).exitCode);
    assertEquals(await wait(left, { timeout: 0 }), [children[index]]);
    all.splice(all.indexOf(children[index]), 1);
  }
  assertEquals(codes, [-9, 4, 3]);
  assertEquals(await wait(children), children);
});

for (const kind of KINDS) {
  const tellsSync = () => {
    const [, b] = new Pipe<unknown>();
    const queue = new Queue<unknown>();
    const child = kind === "process"
      ? start(kind, endLater, 50, 0)
      : start(kind, returnLater, 50);
    assertEquals<unknown[]>(waitSync([queue, child], LONG), [child]);
    assertEquals(child.isAlive(), false);
    assertEquals<unknown[]>(waitSync([child]), [child]);
    b.close();
  };
  const title = `waitSync() tells of a ${kind} that ends while it blocks`;
  if (kind === "thread") Deno.test(title, tellsSync);
  else sharedTest("probe", title, tellsSync);

  for (const form of ["async", "sync"] as const) {
    Deno.test(`wait() works in a ${kind}, ${form}`, async () => {
      const [ours, theirs] = new Pipe<unknown>();
      const queue = new Queue<unknown>();
      const said = new Queue<unknown>();
      const child = start(kind, tellReady, theirs, queue, said, form);
      for (let n = 0; n < 50; n++) {
        if (n % 2 === 0) await ours.send(n);
        else await queue.put(n);
        const from = n % 2 === 0 ? "connection" : "queue";
        assertEquals(await said.get(LONG), [from, n]);
      }
      await ours.send("end");
      assertEquals(await child.join(LONG), 0);
    });
  }
}

Deno.test("waitSync() tells of what is sent while it blocks", async () => {
  const [ours, theirs] = new Pipe<unknown>();
  const queue = new Queue<unknown>();
  const child = start("process", sendLater, theirs, 30);
  await letBegin();
  // Only the connection and the queue, then with a process beside them.
  assertEquals<unknown[]>(waitSync([queue, ours], LONG), [ours]);
  assertEquals(ours.recvSync(), "late");
  // A blocked thread is not told of the end of a process that it shares no memory with.
  if (IS_FFI_DENIED) assertEquals(await child.join(LONG), 0);
  assertEquals(waitSync([queue, child], LONG), [child]);
});

Deno.test("wait() tells of the death of who had the other end", async () => {
  for (const by of ["async", "sync"] as const) {
    const [ours, theirs] = new Pipe<unknown>();
    const queue = new Queue<unknown>();
    const child = start("process", endLater, 30, "kill", theirs);
    theirs.close();
    await letBegin();
    const begin = performance.now();
    const ready = by === "sync"
      ? waitSync([queue, ours], LONG)
      : await wait([queue, ours], LONG);
    assertEquals<unknown[]>(ready, [ours]);
    const took = performance.now() - begin;
    assert(took < TOLD_MS, `told after ${took} ms`);
    assertEquals(await child.join(), -9);
  }
});

Deno.test("wait() tells of the end of a parent", async () => {
  const said = new Queue<unknown>();
  const child = start("process", waitForParent, said);
  assertEquals(await child.join(LONG), -9);
  assertEquals(await said.get(LONG), [1, true]);
});

for (const form of ["async", "sync"] as const) {
  Deno.test(`wait() swallows no wake-up of who takes items, ${form}`, async () => {
    const queue = new Queue<unknown>();
    const said = new Queue<unknown>();
    const watchers = [1, 2].map(() =>
      start("process", watchForever, queue, said, form)
    );
    const taker = start("process", takeAndTell, queue, said);
    for (let n = 0; n < 3; n++) await said.get(LONG);
    const ours = [wait([queue]), wait([queue])];
    await assertBelow(1, "of 300 came late", async () => {
      let slow = 0;
      for (let n = 0; n < 300; n++) {
        await queue.put(Date.now());
        // A wake-up that is lost is made good by a tick, after half a second.
        if (Number(await said.get(LONG)) > SOON_MS) slow++;
        if (n % 10 === 0) {
          await new Promise((resolve) => setTimeout(resolve, 2));
        }
      }
      return slow;
    });
    for (const each of watchers) if (each instanceof Process) each.kill();
    queue.close();
    await Promise.all([...ours, ...watchers.map((it) => it.join())]);
    assertEquals(await taker.join(LONG), 0);
  });
}

Deno.test("wait() says which processes it cannot wait for", async () => {
  const process = make("process", killSelf);
  const thread = make("thread", returnLater, 0);
  for (const child of [process, thread]) {
    const text = `Cannot wait for ${child.name}: it has not started`;
    await assertRejects(() => wait([child]), Error, text);
    assertThrows(() => waitSync([child]), Error, text);
  }
  await assertRejects(
    () => wait([currentProcess()]),
    Error,
    "Cannot wait for MainProcess: only its parent can do that",
  );
  thread.start();
  await thread.join();
  assertEquals(await wait([thread]), [thread]);
  thread.close();
  await assertRejects(
    () => wait([thread]),
    Error,
    `Cannot wait for ${thread.name}: thread is closed`,
  );
});

Deno.test("wait() keeps nothing for thousands of waits on a process that runs", async () => {
  const [ours, theirs] = new Pipe<unknown>();
  const queue = new Queue<number>();
  const child = start("process", endWhenTold, theirs, 0);
  for (let n = 0; n < 2_000; n++) {
    const waiting = wait([child, queue]);
    queue.putSync(n);
    assertEquals<unknown[]>(await waiting, [queue]);
    assertEquals(queue.getSync(), n);
  }
  await ours.send("go on");
  assertEquals<unknown[]>(await wait([child, queue], LONG), [child]);
});

/** Runs a program that imports the library. */
async function runSource(title: string, source: string, ...flags: string[]) {
  const program = source.replaceAll("/mod.ts", `${ROOT}mod.ts`);
  const file = Deno.makeTempFileSync({ suffix: ".ts" });
  Deno.writeTextFileSync(file, program);
  const run = await runProgram(title, [
    "run",
    "--no-check",
    "--allow-all",
    ...flags,
    file,
  ]);
  Deno.removeSync(file);
  return [run.code, run.stdout, run.stderr];
}

Deno.test("wait() keeps the program alive, also for a daemon, until it is over", async () => {
  const source = `
    import { Process, wait } from "/mod.ts";
    export const pause = (ms: number) =>
      new Promise<void>((resolve) => setTimeout(resolve, ms));
    if (import.meta.main) {
      const child = new Process({ target: pause, args: [100], daemon: true });
      child.start();
      console.log((await wait([child], { timeout: 1 })).length);
      console.log((await wait([child])).length, child.exitCode);
      const other = new Process({ target: pause, args: [1e8], daemon: true });
      other.start();
      await wait([other], { timeout: 1 });
    }`;
  assertEquals(await runSource("waits for a daemon", source), [
    0,
    "0\n1 0\n",
    "",
  ]);
});

Deno.test("waitSync() says that it cannot see a process without shared memory", async () => {
  const source = `
    import { Process, ThreadQueue, wait, waitSync } from "/mod.ts";
    if (import.meta.main) {
      const child = new Process({ target: () => {} });
      child.start();
      try {
        waitSync([new ThreadQueue(), child]);
      } catch (error) {
        console.log(String(error));
      }
      console.log((await wait([new ThreadQueue(), child])).length);
      console.log(waitSync([child]).length);
    }`;
  assertEquals(
    await runSource("waits without FFI", source, "--deny-ffi"),
    [
      0,
      "TypeError: Cannot wait: a blocked thread does not hear of objects[1]; use await wait()\n1\n1\n",
      "",
    ],
  );
});
