import type { ProcessFacts } from "../_internal/launch/mod.ts";

/*
 * The objects that stand for the process and the thread that they are constructed
 * in are made by the constructors that make new ones. Those ask here which it is.
 */
let currentProcess: ProcessFacts | undefined;
let isCurrentThread = false;

/** Constructs the object that stands for the process it is constructed in. */
export function constructCurrentProcess<T>(
  facts: ProcessFacts,
  construct: () => T,
): T {
  currentProcess = facts;
  try {
    return construct();
  } finally {
    currentProcess = undefined;
  }
}

/** What is known of the process under construction, if it is the current one. */
export function takeCurrentProcess(): ProcessFacts | undefined {
  const facts = currentProcess;
  currentProcess = undefined;
  return facts;
}

/** Constructs the object that stands for the thread it is constructed in. */
export function constructCurrentThread<T>(construct: () => T): T {
  isCurrentThread = true;
  try {
    return construct();
  } finally {
    isCurrentThread = false;
  }
}

/** Whether the thread under construction is the current one. */
export function takeCurrentThread(): boolean {
  const isCurrent = isCurrentThread;
  isCurrentThread = false;
  return isCurrent;
}
