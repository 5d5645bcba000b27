import {
  ownProcess,
  type ProcessFacts,
  threadIdent as ident,
} from "../_internal/launch/mod.ts";
import { children } from "./_children.ts";
import { constructAs } from "./_current.ts";
import { ParentProcess } from "./parent_process.ts";
import { Process } from "./process.ts";
import { constructCurrent, Thread } from "./thread.ts";

let process: Process | undefined;
let thread: Thread | undefined;
let parent: ParentProcess | null | undefined;

/** The process that this code runs in. The first one is `MainProcess`. */
export function currentProcess(): Process {
  return process ??= constructAs(ownProcess(), () => new Process());
}

/** The thread that this code runs in. The first one is `MainThread`. */
export function currentThread(): Thread {
  return thread ??= constructCurrent(() => new Thread());
}

/** The process that started this one, or `null` in the first one. */
export function parentProcess(): ParentProcess | null {
  if (parent === undefined) {
    const facts = ownProcess().parent;
    parent = facts === null ? null : new ParentProcess(facts);
  }
  return parent;
}

/** The processes that this thread has started and that have not ended. */
export function activeChildren(): Process[] {
  return [...children] as Process[];
}

/** How many processors there are. */
export function cpuCount(): number {
  return navigator.hardwareConcurrency;
}

/** A number that no other running thread of this machine has. */
export function threadIdent(): number {
  return ident();
}

/** Makes an object of a subclass the current process. */
export function becomeCurrent(
  facts: ProcessFacts,
  subclass: new (...args: never[]) => unknown,
  fields: object,
): Process {
  // Its own constructor has run in the parent; what it set comes as fields.
  process = constructAs(
    facts,
    () => Reflect.construct(Process, [], subclass) as Process,
  );
  return Object.assign(process, fields);
}

/** Makes an object of a subclass the current thread. */
export function becomeCurrentThread(
  subclass: new (...args: never[]) => unknown,
  fields: object,
): Thread {
  thread = constructCurrent(
    () => Reflect.construct(Thread, [], subclass) as Thread,
  );
  return Object.assign(thread, fields);
}
