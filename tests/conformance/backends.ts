// What the tests of conformance run on: children in processes and in threads, and memory that both
// share. thread_memory_test.ts runs them all again where only threads share memory, and processes
// ask a hub.

import { currentRelay } from "../../_internal/handles/mod.ts";
import { reachesProcesses } from "../../_internal/memory/mod.ts";
import { Process, type Target, Thread } from "../../process/mod.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { clearedUp } from "../process/cleared_up.ts";
import { memoryUse } from "../process/memory_use.ts";
import { sharedTest } from "../shared_memory.ts";

/** What a child is. */
export type Kind = "process" | "thread";

/** Long enough that only what hangs takes it. */
export const LONG = { timeout: 60_000 };

/** Where an error says that a message was to go. */
export const FAR = reachesProcesses() || currentRelay() !== undefined
  ? "another process"
  : "another thread";

const KINDS: readonly Kind[] = ["process", "thread"];

/** A test of what is the same whether a child is a process or a thread. */
export function testBoth(
  name: string,
  run: (kind: Kind) => void | Promise<void>,
): void {
  for (const kind of KINDS) {
    Deno.test(`${name} (with a ${kind})`, () => run(kind));
  }
}

/** The same of what is bytes that the child maps, too. */
export function testMapped(
  name: string,
  run: (kind: Kind) => void | Promise<void>,
): void {
  sharedTest("bytes", `${name} (with a process)`, () => run("process"));
  Deno.test(`${name} (with a thread)`, () => run("thread"));
}

/** A test of bytes that processes map. */
export function testBytes(name: string, run: () => void | Promise<void>) {
  sharedTest("bytes", name, run);
}

/** A test of what only processes have. */
export function testProcesses(name: string, run: () => void | Promise<void>) {
  Deno.test(name, run);
}

/** Starts a child that runs `target`. */
export function start<A extends unknown[]>(
  kind: Kind,
  target: Target<A>,
  ...args: A
): Process | Thread {
  const child = kind === "process"
    ? new Process({ target, args })
    : new Thread({ target, args });
  child.start();
  return child;
}

/** {@linkcode start} of a process. */
export function startProcess<A extends unknown[]>(
  target: Target<A>,
  ...args: A
): Process {
  return start("process", target, ...args) as Process;
}

/** Makes the test file fail if something of it is left at its end. */
export function leaveNothingBehind(): void {
  if (reachesProcesses()) return leaveNothing({ threads: true });
  const before = memoryUse("thread").slots;
  Deno.test.afterAll(async () => {
    await clearedUp();
    // This thread's own, and the hub's, which notices a moment later who has ended.
    const deadline = performance.now() + 10_000;
    let { slots } = memoryUse("thread");
    while (slots > before + 2 && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      ({ slots } = memoryUse("thread"));
    }
    if (slots > before + 2) throw new Error(`${slots} threads are left`);
  });
}
