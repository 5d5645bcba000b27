import {
  ownProcess,
  type ProcessFacts,
  threadIdent as ident,
} from "../_internal/launch/mod.ts";
import { children } from "./_children.ts";
import {
  constructCurrentProcess,
  constructCurrentThread,
} from "./_construct_current.ts";
import { ParentProcess } from "./parent_process.ts";
import { Process } from "./process.ts";
import type { ProcessOptions } from "./process_options.ts";
import { Thread, type ThreadOptions } from "./thread.ts";

let process: Process | undefined;
let thread: Thread | undefined;
let parent: ParentProcess | null | undefined;

/**
 * The process that this code runs in. The first one is `MainProcess`.
 *
 * @example
 * ```ts
 * import { currentProcess } from "@parallel/multiprocessing/process";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(currentProcess().pid, Deno.pid);
 * ```
 */
export function currentProcess(): Process {
  return process ??= constructCurrentProcess(ownProcess(), () => new Process());
}

/**
 * The thread that this code runs in. The first one is `MainThread`.
 *
 * @example
 * ```ts
 * import { currentThread } from "@parallel/multiprocessing/process";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(currentThread().name, "MainThread");
 * ```
 */
export function currentThread(): Thread {
  return thread ??= constructCurrentThread(() => new Thread());
}

/**
 * The process that started this one, or `null` in the first one.
 *
 * @example
 * ```ts
 * import { parentProcess } from "@parallel/multiprocessing/process";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parentProcess(), null);
 * ```
 */
export function parentProcess(): ParentProcess | null {
  if (parent === undefined) {
    const facts = ownProcess().parent;
    parent = facts === null ? null : new ParentProcess(facts);
  }
  return parent;
}

/**
 * The processes that this thread has started and that have not ended.
 *
 * @example
 * ```ts
 * import { activeChildren, Process } from "@parallel/multiprocessing/process";
 * import { assertEquals } from "@std/assert";
 *
 * const child = new Process({ target: () => {} });
 * child.start();
 * assertEquals(activeChildren(), [child]);
 * await child.join();
 * assertEquals(activeChildren(), []);
 * ```
 */
export function activeChildren(): Process[] {
  return ([...children] as Process[]).filter((child) => child.isAlive());
}

/**
 * How many processors there are.
 *
 * @example
 * ```ts
 * import { cpuCount } from "@parallel/multiprocessing/process";
 * import { assert } from "@std/assert";
 *
 * assert(cpuCount() >= 1);
 * ```
 */
export function cpuCount(): number {
  return navigator.hardwareConcurrency;
}

/**
 * A number that no other running thread of this machine has.
 *
 * @example
 * ```ts
 * import { currentThread, threadIdent } from "@parallel/multiprocessing/process";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(threadIdent(), currentThread().ident);
 * ```
 */
export function threadIdent(): number {
  return ident();
}

/** Makes an object of a subclass the current process. */
export function becomeCurrentProcess(
  facts: ProcessFacts,
  subclass: new (...args: never[]) => unknown,
  fields: object,
  work: ProcessOptions,
): Process {
  // Its own constructor has run in the parent; what it set comes as fields.
  process = constructCurrentProcess(
    facts,
    () => Reflect.construct(Process, [work], subclass) as Process,
  );
  return Object.assign(process, fields);
}

/** Makes an object of a subclass the current thread. */
export function becomeCurrentThread(
  subclass: new (...args: never[]) => unknown,
  fields: object,
  work: ThreadOptions,
): Thread {
  thread = constructCurrentThread(
    () => Reflect.construct(Thread, [work], subclass) as Thread,
  );
  return Object.assign(thread, fields);
}
