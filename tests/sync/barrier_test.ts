// Barriers between processes and threads, and what becomes of them when a party ends.

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Process, type Thread } from "../../process/mod.ts";
import { Queue } from "../../queue/mod.ts";
import { Barrier, BrokenBarrierError } from "../../sync/mod.ts";
import {
  barrierWithAction,
  comeLast,
  comeLastSync,
  endWithoutWaiting,
  goRound,
  goRoundSync,
  start,
  tellOutcome,
  waitAndReturn,
} from "../fixtures/sync/together.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { findStdSource, stdFlags } from "../../scripts/std_source.ts";
import { runProgram } from "../run_program.ts";
import { listSystemFolder, readSystemFile } from "../system_files.ts";
import { sharedTest } from "../shared_memory.ts";
import { TOLD_MS } from "../told.ts";

leaveNothing({ threads: true });

const LONG = { timeout: 20_000 };
const DIED = "Cannot wait at barrier: barrier is broken as a party has died";

function stop(child: Process<never> | Thread<never>) {
  if (child instanceof Process) child.kill();
  else child.terminate();
}

function sorted(numbers: number[]): number[] {
  return numbers.toSorted((one, other) => one - other);
}

Deno.test("Barrier lets processes and threads go round after round together", async () => {
  const barrier = new Barrier(5);
  const said = new Queue<number[]>();
  const rounds = 1_000;
  const children = [
    start("process", goRound, barrier, said, rounds, "async"),
    start("process", goRound, barrier, said, rounds, "sync"),
    start("process", goRoundSync, barrier, said, rounds),
    start("thread", goRound, barrier, said, rounds, "async"),
    start("thread", goRound, barrier, said, rounds, "sync"),
  ];
  const indices = await Promise.all(children.map(() => said.get(LONG)));
  for (let round = 0; round < rounds; round++) {
    const each = indices.map((own) => own[round]);
    assertEquals(sorted(each), [0, 1, 2, 3, 4], `round ${round}`);
  }
  for (const child of children) assertEquals(await child.join(), 0);
  // They are gone, with exit code 0.
  assertEquals([barrier.broken, barrier.waiting], [false, 0]);
  const five = Array.from({ length: 5 }, () => barrier.wait(LONG));
  assertEquals(sorted(await Promise.all(five)), [0, 1, 2, 3, 4]);
});

for (const kind of ["process", "thread"] as const) {
  for (const form of ["async", "sync"] as const) {
    Deno.test(`Barrier breaks when a ${kind} is killed that waits, ${form}`, async () => {
      const barrier = new Barrier(4);
      const said = new Queue<unknown>();
      const victim = start(kind, tellOutcome, barrier, said, form);
      const others = [
        start("process", tellOutcome, barrier, said, "async"),
        start("process", tellOutcome, barrier, said, "sync"),
      ];
      for (let n = 0; n < 3; n++) assertEquals(await said.get(LONG), "waits");
      while (barrier.waiting < 3) await new Promise((it) => setTimeout(it, 1));
      const begin = performance.now();
      stop(victim as Process<never>);
      for (const _ of others) {
        const error = await said.get(LONG) as Error;
        assert(error instanceof BrokenBarrierError, String(error));
        assertEquals(error.message, DIED);
      }
      const ms = performance.now() - begin;
      assert(ms < TOLD_MS, `told after ${ms} ms`);
      assertEquals(barrier.broken, true);
      await assertRejects(() => barrier.wait(), BrokenBarrierError, DIED);
      for (const child of [victim, ...others]) await child.join();
      barrier.reset();
      const four = Array.from({ length: 4 }, () => barrier.wait(LONG));
      assertEquals(sorted(await Promise.all(four)), [0, 1, 2, 3]);
    });
  }

  for (const end of ["exit 3", "throw", "sleep"] as const) {
    Deno.test(`Barrier breaks when a ${kind} that has it comes to a bad end elsewhere: ${end === "sleep" ? "killed" : end}`, async () => {
      const barrier = new Barrier(2);
      const said = new Queue<unknown>();
      const waiting = barrier.wait(LONG).catch((error) => error);
      const child = start(kind, endWithoutWaiting, barrier, said, end);
      assertEquals(await said.get(LONG), "here");
      const begin = performance.now();
      if (end === "sleep") stop(child as Process<never>);
      const error = await waiting;
      assert(error instanceof BrokenBarrierError, String(error));
      assertEquals(error.message, DIED);
      const ms = performance.now() - begin;
      assert(ms < TOLD_MS, `told after ${ms} ms`);
      await child.join();
      assertThrows(() => barrier.waitSync(), BrokenBarrierError, DIED);
      barrier.reset();
      const two = [barrier.wait(LONG), barrier.wait(LONG)];
      assertEquals(await Promise.all(two), [0, 1]);
    });
  }

  Deno.test(`Barrier.reset() forgives a ${kind} that has just been stopped`, async () => {
    const barrier = new Barrier(2);
    const said = new Queue<unknown>();
    for (const isWaiting of [false, true]) {
      const child = isWaiting
        ? start(kind, tellOutcome, barrier, said, "async")
        : start(kind, endWithoutWaiting, barrier, said, "sleep");
      assertEquals(await said.get(LONG), isWaiting ? "waits" : "here");
      stop(child as Process<never>);
      barrier.reset();
      assertEquals([barrier.broken, barrier.waiting], [false, 0]);
      const one = barrier.wait(LONG);
      await child.join();
      assertEquals([barrier.broken, barrier.waiting], [false, 1]);
      assertEquals([await barrier.wait(LONG), await one], [1, 0]);
    }
  });

  for (const end of ["return", "exit 0"] as const) {
    Deno.test(`Barrier is whole when a ${kind} that has it ends well: ${end}`, async () => {
      const barrier = new Barrier(2);
      const said = new Queue<unknown>();
      const waiting = barrier.wait(LONG);
      const child = start(kind, endWithoutWaiting, barrier, said, end);
      assertEquals(await said.get(LONG), "here");
      assertEquals(await child.join(), 0);
      // One more, whose death would be noticed after that of the first.
      const next = start("process", endWithoutWaiting, barrier, said, end);
      assertEquals(await said.get(LONG), "here");
      assertEquals(await next.join(), 0);
      assertEquals([barrier.broken, barrier.waiting], [false, 1]);
      assertEquals([await barrier.wait(LONG), await waiting], [1, 0]);
    });
  }

  Deno.test(`Barrier breaks when a ${kind} ends well, but waits`, async () => {
    const barrier = new Barrier(2);
    const said = new Queue<unknown>();
    const child = start(kind, waitAndReturn, barrier, said);
    if (kind === "process") {
      // It keeps its program alive: only a thread ends with what goes on in it.
      assertEquals(await said.get(LONG), "here");
      assertEquals(await barrier.wait(LONG), 1);
      assertEquals(await child.join(), 0);
      return;
    }
    assertEquals(await said.get(LONG), "here");
    assertEquals(await child.join(), 0);
    await assertRejects(() => barrier.wait(LONG), BrokenBarrierError, DIED);
  });
}

sharedTest(
  "probe",
  "Barrier.reset() forgives a process whose death nobody has noticed",
  async () => {
    const barrier = new Barrier(2);
    const said = new Queue<unknown>();
    const child = start("process", endWithoutWaiting, barrier, said, "sleep");
    assertEquals(await said.get(LONG), "here");
    const { pid } = child as Process<never>;
    Deno.kill(pid!, "SIGKILL");
    const state = `/proc/${pid}/stat`;
    // Without a turn of the event loop, by which it would be noticed.
    while (!readSystemFile(state).includes(") Z"));
    // Its first thread may be the first to go.
    while (listSystemFolder(`/proc/${pid}/task`).length > 1);
    barrier.reset();
    const one = barrier.wait(LONG);
    await child.join();
    assertEquals([await barrier.wait(LONG), await one], [1, 0]);
  },
);

Deno.test("Barrier runs an exported action wherever the last party is", async () => {
  const file = Deno.makeTempFileSync();
  Deno.env.set("ACTION_FILE", file);
  try {
    for (const kind of ["process", "thread"] as const) {
      for (const target of [comeLast, comeLastSync]) {
        const barrier = barrierWithAction(2);
        const said = new Queue<unknown>();
        const waiting = barrier.wait(LONG);
        const child = start(kind, target, barrier, said, 1);
        assertEquals(await waiting, 0);
        const pid = kind === "process"
          ? (child as Process<never>).pid
          : Deno.pid;
        assertEquals(Deno.readTextFileSync(file), String(pid));
        Deno.writeTextFileSync(file, "");
        if (target === comeLast) assertEquals(await said.get(LONG), "waits");
        assertEquals(await said.get(LONG), 1);
        assertEquals(await child.join(), 0);
      }
    }
  } finally {
    Deno.env.delete("ACTION_FILE");
    Deno.removeSync(file);
  }
});

Deno.test("Barrier runs an inline action in another process, and says what that lacks", async () => {
  const said = new Queue<unknown>();
  const good = new Barrier(2, { action: () => Math.max(1, 2) });
  const child = start("process", comeLastSync, good, said, 1);
  assertEquals(await good.wait(LONG), 0);
  assertEquals(await said.get(LONG), 1);
  await child.join();

  const surroundings = { value: 1 };
  const bound = Math.max.bind(null, 1);
  for (
    const [action, problem] of [
      [
        () => surroundings.value++,
        "surroundings is not defined: the action of a barrier runs without the variables around it in other processes and threads; export it from its module",
      ],
      [
        bound,
        "Cannot run action of barrier: it is a bound function, whose source cannot be sent; pass the function itself and its arguments in args; or let the process that made the barrier arrive last",
      ],
    ] as const
  ) {
    const barrier = new Barrier(2, { action });
    const waiting = barrier.wait(LONG).catch((error) => error);
    const child = start("process", comeLastSync, barrier, said, 1);
    const error = await said.get(LONG) as Error;
    assertEquals(error.message, problem);
    const broken = await waiting;
    assert(broken instanceof BrokenBarrierError);
    assertEquals(
      broken.message,
      "Cannot wait at barrier: barrier is broken as its action has failed",
    );
    await child.join();
    // Here it is the function itself.
    barrier.reset();
    const two = [barrier.wait(LONG), barrier.wait(LONG)];
    assertEquals(await Promise.all(two), [0, 1]);
  }
  assertEquals(surroundings.value, 2);
});

Deno.test("Barrier loads no action that would start the program again", async () => {
  const { source } = await findStdSource();
  const { code, stdout } = await runProgram("unguarded action", [
    "run",
    "--no-check",
    "--quiet",
    "--allow-all",
    ...stdFlags(source),
    new URL("../fixtures/sync/unguarded_action.ts", import.meta.url).href,
  ]);
  assertEquals([code, stdout], [
    0,
    "Cannot run action of barrier: Cannot start Process-1:1: Process-1 is still importing its modules.\n",
  ]);
});

Deno.test("Barrier has its timeout and its parties in other processes, too", async () => {
  const barrier = new Barrier(3, { timeout: 300 });
  const said = new Queue<unknown>();
  const children = [
    start("process", tellOutcome, barrier, said, "async"),
    start("process", tellOutcome, barrier, said, "sync"),
  ];
  const outcomes: string[] = [];
  for (let n = 0; n < 4; n++) {
    const word = await said.get(LONG);
    if (word !== "waits") outcomes.push((word as Error).name);
  }
  assert(outcomes.includes("TimeoutError"), String(outcomes));
  assertEquals(barrier.broken, true);
  for (const child of children) assertEquals(await child.join(), 0);
});
