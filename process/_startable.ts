import { checkKind } from "../_internal/check.ts";
import {
  type BootRecord,
  callingModules,
  checkMainGuard,
  lineageFor,
  mainModule,
  ownProcess,
  type ProcessFacts,
  type Tie,
  tieOf,
} from "../_internal/launch/mod.ts";
import { callTarget } from "./_call_target.ts";
import { checkDaemon } from "./_check_options.ts";
import {
  type Base,
  describeStartable,
  type Runnable,
} from "./_describe_startable.ts";
import type { Target } from "./target.ts";

/** Those of the options that processes and threads have in common. */
interface StartOptions {
  target?: Target<unknown[]> | undefined;
  args?: readonly unknown[] | undefined;
  readonly permissions?:
    | "inherit"
    | "none"
    | Deno.PermissionOptionsObject
    | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a process or thread is when it is made. */
interface Made<O> {
  readonly kind: "process" | "thread";
  readonly options: O;
  readonly name: string;
  readonly daemon: boolean;
  readonly isCurrent: boolean;
}

/** What it takes to launch a process or a thread. */
interface Launch {
  readonly record: BootRecord;
  /** URLs of modules that it may need besides those of its target. */
  readonly modules: readonly string[];
  readonly args: readonly unknown[];
  readonly fields: object | undefined;
  readonly permissions: "inherit" | "none" | Deno.PermissionOptionsObject;
}

/**
 * The same of a process and a thread: what it is called, how far it has come, and what
 * that refuses. Whether it has ended, only its owner knows.
 *
 * | it has    | that is                        | refused is                                |
 * | --------- | ------------------------------ | ----------------------------------------- |
 * | been made | `launched` is not there        | all that is about what runs               |
 * | started   | `launched` is there            | to start it, to make it a daemon or none  |
 * | closed    | `isClosed`, for ever           | all about what ran; what it is stays      |
 *
 * That which stands for what it runs in has started, and is nobody's to wait for and to end.
 *
 * @typeParam L what it is once it is launched
 */
export class Startable<L extends object, O extends StartOptions> {
  readonly options: O;
  /** Whether it is what we run in, and not a child. */
  readonly isCurrent: boolean;
  launched: L | undefined;
  isClosed = false;
  readonly #self: Runnable;
  readonly #base: Base;
  readonly #kind: "process" | "thread";
  /** Where the target may be exported from, most likely first. */
  readonly #modules: readonly string[];
  #name: string;
  #daemon: boolean;
  #tied: Tie | undefined;

  /**
   * @param self the public object
   * @param base the class whose `run` calls the target
   */
  constructor(self: Runnable, base: Base, made: Made<O>) {
    this.#self = self;
    this.#base = base;
    this.#kind = made.kind;
    this.options = made.options;
    this.#name = made.name;
    this.#daemon = made.daemon;
    this.isCurrent = made.isCurrent;
    this.#modules = made.isCurrent ? [] : callingModules();
  }

  get name(): string {
    return this.#name;
  }

  set name(name: string) {
    checkKind(name, "string", "it", `set name of ${this.#name}`);
    this.#name = name;
  }

  get daemon(): boolean {
    return this.#daemon;
  }

  set daemon(daemon: boolean) {
    checkDaemon(daemon, this.#name, this.#hasStarted);
    this.#daemon = daemon;
  }

  /** Calls the target. */
  run(): unknown {
    return callTarget(this.options, this.#name);
  }

  /**
   * Refuses a start, whatever is to run.
   *
   * @throws {Error} if it is closed or has started, or nothing, or no process, may start here
   * @throws the signal's reason if it is aborted
   */
  checkStart(): void {
    const name = this.#name;
    this.checkOpen("start");
    if (this.#hasStarted) {
      throw new Error(`Cannot start ${name}: it has already started`);
    }
    checkMainGuard(name);
    const own = ownProcess();
    if (this.#kind === "process" && own.daemon) {
      throw new Error(
        `Cannot start ${name}: ${own.name} is a daemon, and daemons may not start processes`,
      );
    }
    this.options.signal?.throwIfAborted();
  }

  /**
   * Says what is to be launched.
   *
   * @param process the process that is started, or that the thread is started in
   * @throws {TypeError} if the target cannot be sent
   */
  describe(process: ProcessFacts): Launch {
    const name = this.#name;
    const tied = this.#tied = tieOf(this.#self);
    const target = describeStartable(
      this.#self,
      this.#base,
      this.options.target,
      this.#modules,
    );
    return {
      record: {
        kind: this.#kind,
        name,
        daemon: this.#daemon || tied !== undefined,
        target,
        place: tied?.place,
        lineage: lineageFor(name, target, tied?.place),
        mainModule: mainModule(),
        process,
      },
      modules: tied?.modules ?? [],
      args: this.options.args ?? [],
      fields: target.kind === "subclass" ? { ...this.#self } : undefined,
      permissions: this.options.permissions ?? "inherit",
    };
  }

  /**
   * Notes that it has started.
   *
   * @param terminate what to call when its signal is aborted
   * @returns what to call when it has ended
   */
  started(launched: L & Tie["launched"], terminate: () => void): () => void {
    this.launched = launched;
    if (this.#tied !== undefined) this.#tied.launched = launched;
    // They are the child's now, and may be large.
    this.options.target = this.options.args = undefined;
    const { signal } = this.options;
    signal?.addEventListener("abort", terminate);
    return () => signal?.removeEventListener("abort", terminate);
  }

  /** @throws {Error} if it is closed, is what we run in, or has not started */
  running(doing: string): L {
    this.checkOpen(doing);
    if (this.isCurrent) {
      throw new Error(
        `Cannot ${doing} ${this.#name}: only its parent can do that`,
      );
    }
    if (this.launched === undefined) {
      throw new Error(`Cannot ${doing} ${this.#name}: it has not started`);
    }
    return this.launched;
  }

  /** @throws {Error} if it is closed */
  checkOpen(doing: string): void {
    if (!this.isClosed) return;
    throw new Error(`Cannot ${doing} ${this.#name}: ${this.#kind} is closed`);
  }

  /** @throws {Error} if it runs */
  close(isRunning: boolean): void {
    if (isRunning) {
      throw new Error(
        `Cannot close ${this.#name}: it is still running; join() or terminate() it first`,
      );
    }
    this.isClosed = true;
  }

  get #hasStarted(): boolean {
    return this.launched !== undefined || this.isCurrent;
  }
}
