/**
 * The two memories, each with a way to start others who take part in it, for
 * tests that are run for both.
 *
 * @module
 */
import { reap } from "../../../_internal/handles/reap.ts";
import {
  cellsInUse,
  claim,
  HEADER,
  type Memory,
  PARTICIPANT,
  participantAt,
  processMemory,
  STATE,
  threadMemory,
  unitsInUse,
} from "../../../_internal/memory/mod.ts";
import { IS_FFI_DENIED, sharedTest } from "../../shared_memory.ts";
import type { Part } from "./actor.ts";

const ACTOR = new URL("./actor.ts", import.meta.url);
/** Milliseconds after which a report that does not come fails the test. */
const PATIENCE = 30_000;

/** How much of a memory is in use. */
export interface Usage {
  readonly units: number;
  readonly cells: number;
  readonly participants: number;
}

type TestOptions = Pick<
  Deno.TestDefinition,
  "sanitizeOps" | "sanitizeResources"
>;

/** A memory under test. */
export interface Backend {
  readonly name: "ThreadMemory" | "ProcessMemory";
  readonly memory: Memory;
  /** A test in it, of any isolate that has it; left out where processes share no memory. */
  test(
    name: string,
    run: () => void | Promise<void>,
    options?: TestOptions,
  ): void;
  /** Starts another participant. */
  start(module: string, role: string, ...args: unknown[]): Actor;
}

/** Another participant. */
export interface Actor extends AsyncDisposable {
  readonly id: number;
  readonly pid: number;
  /**
   * Resolves once it has ended, and been reaped if `reaps`: to its exit code, 0 for a thread,
   * which reports its errors.
   */
  readonly ended: Promise<number>;
  /** Whether its end is followed by what a parent does then. */
  reaps: boolean;
  /** The next thing it reports. */
  next(): Promise<unknown>;
  /** Stops it at once. */
  kill(): void;
}

/** Counts what is in use. */
export function usageOf(memory: Memory): Usage {
  let participants = 0;
  const top = Atomics.load(memory.words, HEADER.SLOT_TOP);
  for (let slot = 0; slot < top; slot++) {
    const at = participantAt(slot) + PARTICIPANT.STATE;
    if (Atomics.load(memory.words, at) !== STATE.FREE) participants++;
  }
  return {
    units: unitsInUse(memory),
    cells: cellsInUse(memory),
    participants,
  };
}

class Reports {
  readonly #ready: unknown[] = [];
  readonly #waiting: ((value: unknown) => void)[] = [];

  add(value: unknown): void {
    const waiting = this.#waiting.shift();
    if (waiting) waiting(value);
    else this.#ready.push(value);
  }

  next(): Promise<unknown> {
    if (this.#ready.length > 0) return Promise.resolve(this.#ready.shift());
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const timer = setTimeout(
      () => reject(new Error("Cannot get a report: none came")),
      PATIENCE,
    );
    this.#waiting.push((value) => {
      clearTimeout(timer);
      resolve(value);
    });
    return promise;
  }
}

function startThread(module: string, role: string, args: unknown[]): Actor {
  const memory = threadMemory();
  const id = claim(memory, memory.self);
  const worker = new Worker(ACTOR, { type: "module" });
  const reports = new Reports();
  const { promise, resolve } = Promise.withResolvers<number>();
  const end = () => {
    worker.terminate();
    if (actor.reaps) reap(memory, id);
    resolve(0);
  };
  const actor: Actor = {
    id,
    pid: Deno.pid,
    ended: promise,
    reaps: true,
    next: () => reports.next(),
    kill: end,
    async [Symbol.asyncDispose]() {
      end();
      await promise;
    },
  };
  worker.onmessage = ({ data }) => data.ended ? end() : reports.add(data.value);
  worker.onerror = (event) => {
    event.preventDefault();
    reports.add(`error: ${event.message}`);
  };
  const part: Part = { buffer: memory.buffer, id, module, role, args };
  worker.postMessage(part);
  return actor;
}

function startProcess(module: string, role: string, args: unknown[]): Actor {
  const memory = processMemory();
  const id = claim(memory, memory.self);
  const { fd } = memory.mapping;
  const part: Part = { pid: Deno.pid, fd, id, module, role, args };
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-all",
      "--no-check",
      "--no-config",
      "--no-lock",
      ACTOR.href,
      JSON.stringify(part),
    ],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const reports = new Reports();
  const read = async () => {
    let rest = "";
    for await (
      const text of child.stdout.pipeThrough(new TextDecoderStream())
    ) {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      for (const line of lines) reports.add(JSON.parse(line));
    }
  };
  const reading = read();
  const wait = async () => {
    const { code } = await child.status;
    if (actor.reaps) reap(memory, id);
    await reading;
    return code;
  };
  const actor: Actor = {
    id,
    pid: child.pid,
    get ended() {
      return ended;
    },
    reaps: true,
    next: () => reports.next(),
    kill: () => child.kill("SIGKILL"),
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended already.
      }
      await ended;
    },
  };
  const ended = wait();
  return actor;
}

/** Both memories. Opened here, so that no test opens what it does not close. */
export const BACKENDS: readonly Backend[] = [
  {
    name: "ThreadMemory",
    memory: threadMemory(),
    test: (name, fn, options) => Deno.test({ ...options, name, fn }),
    start: (module, role, ...args) => startThread(module, role, args),
  },
  {
    name: "ProcessMemory",
    // Any will do for tests that are left out.
    memory: IS_FFI_DENIED ? threadMemory() : processMemory(),
    test: (name, run, options) => sharedTest("mapping", name, run, options),
    start: (module, role, ...args) => startProcess(module, role, args),
  },
];

/** The memory that processes share. */
export const PROCESSES = BACKENDS[1];
