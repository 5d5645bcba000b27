import {
  HEADER,
  openedMemory,
  processMemory,
  reachesProcesses,
} from "../memory/mod.ts";
import type { BootRecord, ParentFacts, ProcessFacts } from "./boot_record.ts";
import { workingDirectory } from "./file_path.ts";

/**
 * Where this Deno is, as it is when this is loaded: once an upgrade has replaced that file,
 * the system says that it is deleted, and what is there now is what is to be run.
 */
export const DENO_PATH: string = Deno.execPath();

/** The working directory as this is loaded: the program may change it. */
const LOADED_IN = workingDirectory() ?? "/";

let record: BootRecord | undefined;
/** Imports under way; those of a child's start count as one. */
let importing = 0;

/** What this isolate was told when it was started; nothing in the first. */
export function ownRecord(): BootRecord | undefined {
  return record;
}

/** Notes what this isolate was told when it was started. */
export function becomeChild(told: BootRecord): void {
  record = told;
  importing = 1;
}

/** Notes that the modules of the target are there. */
export function importsDone(): void {
  importing--;
}

/** Imports a module later on, which must not start others either. */
export async function importGuarded(
  url: string,
  load: (url: string) => Promise<Record<string, unknown>> = (url) =>
    import(url),
): Promise<Record<string, unknown>> {
  if (record === undefined) return await load(url);
  importing++;
  try {
    return await load(url);
  } finally {
    importing--;
  }
}

/** Whether this is a child that is importing modules. */
export function isImporting(): boolean {
  return importing > 0;
}

/** What is known of the process that this isolate runs in. */
export function ownProcess(): ProcessFacts {
  const facts = record?.process ??
    { name: "MainProcess", daemon: false, identity: [], parent: null };
  return { ...facts, directory: directoryAtFirst() };
}

/** The working directory of this process before any of its threads began. */
export function directoryAtFirst(): string {
  return record?.process.directory ?? LOADED_IN;
}

/** What this isolate is called: its process, and its thread if that is not the main one. */
export function ownName(): string {
  const { name } = ownProcess();
  return record?.kind === "thread" ? `${name}/${record.name}` : name;
}

/** What to tell a child about the process that starts it. */
export function asParent(): ParentFacts {
  return {
    name: ownProcess().name,
    pid: Deno.pid,
    // Its first child may be what the memory is made for.
    id: reachesProcesses() ? processMemory().self : 0,
  };
}

/** The main module of the program. */
export function mainModule(): string {
  return record?.mainModule ?? Deno.mainModule;
}

const counts = { STARTED_PROCESSES: 0, STARTED_THREADS: 0 };

/** Numbers the children of this process, whichever thread starts them. */
export function nextNumber(kind: keyof typeof counts): number {
  const memory = openedMemory("thread");
  if (memory === undefined) return ++counts[kind];
  shareCounts();
  return Atomics.add(memory.words, HEADER[kind], 1) + 1;
}

/** Lets the threads of this process go on with the numbers from before there were any. */
export function shareCounts(): void {
  const memory = openedMemory("thread");
  if (memory === undefined) return;
  for (const kind of ["STARTED_PROCESSES", "STARTED_THREADS"] as const) {
    if (counts[kind] === 0) continue;
    Atomics.add(memory.words, HEADER[kind], counts[kind]);
    counts[kind] = 0;
  }
}
