// After CPython's TestStartMethod and TestFlags. There are no start methods: what a child is, its class says.

import { assertEquals, assertThrows } from "@std/assert";
import { currentProcess, fromModule } from "../../process/mod.ts";
import { Queue, ThreadQueue } from "../../queue/mod.ts";
import {
  leaveNothingBehind,
  LONG,
  start,
  startProcess,
  testBoth,
  testProcesses,
} from "./backends.ts";
import { runWell } from "./programs.ts";

leaveNothingBehind();

type Targets = typeof import("../fixtures/conformance/start_targets.ts");
const TARGETS = new URL(
  "../fixtures/conformance/start_targets.ts",
  import.meta.url,
);

testBoth("a child is what its class says: Process or Thread", async (kind) => {
  const queue = new Queue<unknown>();
  const child = start(
    kind,
    fromModule<Targets["tellWhere"]>(TARGETS, "tellWhere"),
    queue,
  );
  assertEquals(
    await queue.get(LONG),
    "pid" in child
      ? [child.pid, child.name, "MainThread"]
      : [Deno.pid, currentProcess().name, child.name],
  );
  await child.join();
});

Deno.test("fromModule() takes only the URL of a module", () => {
  for (const module of [1, [1, 2, 3], null, "./relative.ts"]) {
    assertThrows(
      () => fromModule(module as string, "run"),
      TypeError,
      `Cannot make a target of "${module}": it `,
    );
  }
});

testProcesses(
  "ThreadQueue serves threads, and is refused to a process",
  async () => {
    const queue = new ThreadQueue<number>();
    const putOne = fromModule<Targets["putOne"]>(TARGETS, "putOne");
    assertThrows(
      () => startProcess(putOne, queue),
      TypeError,
      "a ThreadQueue is for the threads of one process; use Queue to reach another process",
    );
    const child = start("thread", putOne, queue);
    assertEquals(await queue.get(LONG), 1);
    assertEquals(await child.join(), 0);
  },
);

testProcesses("Process runs with the flags of its parent", async () => {
  const flags = ["--v8-flags=--expose-gc", "--location=http://here/"];
  const told = "function http://here/";
  assertEquals(await runWell("flags.ts", { flags }), [told, told]);
});

testProcesses(
  "Queue serves processes and threads at the same time",
  async () => {
    const queue = new Queue<number>();
    const children = (["process", "thread", "process"] as const).map((kind) =>
      start(
        kind,
        fromModule<Targets["putOne"]>(TARGETS, "putOne"),
        queue,
      )
    );
    for (const child of children) assertEquals(await child.join(), 0);
    queue.close();
    assertEquals(await Array.fromAsync(queue), [1, 1, 1]);
  },
);

testProcesses(
  "Process may hand its arguments to a child of its own",
  async () => {
    for (const kind of ["process", "thread"] as const) {
      const queue = new Queue<number>();
      const child = startProcess(
        fromModule<Targets["putTwo"]>(TARGETS, "putTwo"),
        queue,
        kind,
      );
      assertEquals(await child.join(), 0);
      queue.close();
      assertEquals(await Array.fromAsync(queue), [2, 1]);
    }
  },
);
