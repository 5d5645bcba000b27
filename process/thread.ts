import { checkKind } from "../_internal/check.ts";
import { refuseToSend, show } from "../_internal/handles/mod.ts";
import {
  type BootRecord,
  callingModules,
  checkMainGuard,
  checkShared,
  LaunchedThread,
  lineageFor,
  mainModule,
  nextNumber,
  ownProcess,
  ownRecord,
  threadIdent,
  type Tie,
  tieOf,
} from "../_internal/launch/mod.ts";
import {
  checkWait,
  makeWaitable,
  type Readiness,
  type WaitOptions,
} from "../_internal/parking/mod.ts";
import { callTarget } from "./_call_target.ts";
import { checkChildOptions, checkDaemon } from "./_check_options.ts";
import { takeCurrentThread } from "./_construct_current.ts";
import { describeStartable, overridesRun } from "./_describe_startable.ts";
import type { Target } from "./target.ts";

/** How to make a {@linkcode Thread}. */
export interface ThreadOptions<A extends unknown[] | [] = unknown[]> {
  /** What to run. Default: nothing, or what a subclass's `run` does. */
  target?: Target<A> | undefined;
  /** What to run it with; copied when the thread starts. Default: nothing. */
  args?: Readonly<A> | undefined;
  /** Default: the name of its class and a number, as `Thread-1`. */
  name?: string | undefined;
  /** Whether the program may end while it runs. Default: as its parent. */
  daemon?: boolean | undefined;
  /** What it may do; needs `--unstable-worker-options`. Default: `"inherit"`. */
  permissions?: "inherit" | "none" | Deno.PermissionOptionsObject | undefined;
  /** Terminates it when aborted. */
  signal?: AbortSignal | undefined;
}

/**
 * `load` is never called. By it the runtime fetches the modules of a thread together with those of
 * the program: it fetches nothing for a thread whose parent is blocked.
 */
const ENTRY = {
  url: new URL("./_thread_entry.ts", import.meta.url).href,
  load: () => import("./_thread_entry.ts"),
};

/**
 * A function that runs in a thread of its own, a Web Worker.
 *
 * It ends when its target has returned and the processes and threads that it has
 * started, unless they are daemons, have ended; what is still going on in it ends
 * with it. An error that nobody catches is printed after `Thread Thread-1:`, and
 * the exit code is 1. A thread keeps the program alive unless it is a daemon.
 *
 * A subclass that overrides `run` is not constructed anew in the child: its public
 * fields are copied there, private (`#`) ones are not. Its class must be exported.
 * `super.run()` calls the target.
 *
 * Needs `--allow-read` for its modules, if they are local files.
 *
 * @example
 * ```ts
 * import { Thread } from "@parallel/multiprocessing/process";
 * import { assertEquals } from "@std/assert";
 *
 * const thread = new Thread({ target: (n: number) => n * n, args: [7] });
 * thread.start();
 * assertEquals(await thread.join(), 0);
 * ```
 */
export class Thread<A extends unknown[] | [] = unknown[]>
  implements AsyncDisposable {
  static {
    refuseToSend(Thread, "a Thread", "send its name");
    show(Thread, ({ name, ident, exitCode }) => ({ name, ident, exitCode }));
    makeWaitable(Thread, (thread) => thread.#readiness);
  }

  #name: string;
  #daemon: boolean;
  /** Of any arguments, so that children of all kinds fit into one array. */
  readonly #options: ThreadOptions;
  /** Where the target may be exported from, most likely first. */
  readonly #modules: readonly string[];
  readonly #isCurrent: boolean;
  #launched: LaunchedThread | undefined;
  #closed = false;

  /**
   * Describes a thread; {@linkcode start} starts it.
   *
   * @throws {TypeError} if the options are no object, or one is of the wrong kind, or
   *   there are `args` and no target; or if it is to have what threads share with the
   *   program: `env`, `cwd`, `stdout` and `stderr` are for a `Process`
   */
  constructor(options: ThreadOptions<A> = {}) {
    checkChildOptions(options, "thread", overridesRun(this, Thread));
    checkShared(
      options,
      ["env", "cwd", "stdout", "stderr"],
      "create thread",
      "a Thread, which has",
      "a Process",
    );
    const self = ownRecord();
    const inThread = self?.kind === "thread";
    this.#isCurrent = takeCurrentThread();
    this.#options = { ...options } as unknown as ThreadOptions;
    this.#modules = this.#isCurrent ? [] : callingModules();
    this.#name = this.#isCurrent
      ? inThread ? self.name : "MainThread"
      : options.name ??
        `${new.target.name || "Thread"}-${nextNumber("STARTED_THREADS")}`;
    this.#daemon = options.daemon ?? (inThread && self.daemon);
  }

  /** What it is called in messages. */
  get name(): string {
    return this.#name;
  }

  set name(name: string) {
    checkKind(name, "string", "it", `set name of ${this.#name}`);
    this.#name = name;
  }

  /** Whether the program may end while it runs. Can be set until it starts. */
  get daemon(): boolean {
    return this.#daemon;
  }

  set daemon(daemon: boolean) {
    const hasStarted = this.#launched !== undefined || this.#isCurrent;
    checkDaemon(daemon, this.#name, hasStarted);
    this.#daemon = daemon;
  }

  /** A number that no other running thread of this machine has, once it has started. */
  get ident(): number | undefined {
    return this.#isCurrent ? threadIdent() : this.#launched?.ident;
  }

  /** Its exit code once it has ended, else `null`; -15 if it was terminated. */
  get exitCode(): number | null {
    return this.#launched?.exitCode ?? null;
  }

  /** Calls the target, if any; runs in the thread. A subclass may override it and call `super.run()`. */
  run(): unknown {
    return callTarget(this.#options, this.#name);
  }

  /**
   * Starts the thread.
   *
   * @throws {TypeError} if the target or an argument cannot be sent
   * @throws {Deno.errors.NotCapable} if it could not read its modules, or not reach
   *   the process where what it is handed is
   * @throws {Deno.errors.NotSupported} if it is to have other permissions, and this
   *   program runs without `--unstable-worker-options`
   * @throws {RangeError} if 1024 processes and threads of this program run already
   * @throws {Error} if it has started already or is closed, if this process is still
   *   importing its modules, or if one of these starts what this thread is
   * @throws the signal's reason if it is aborted already
   */
  start(): void {
    this.#checkOpen("start");
    if (this.#launched !== undefined || this.#isCurrent) {
      throw new Error(`Cannot start ${this.#name}: it has already started`);
    }
    checkMainGuard(this.#name);
    const { signal } = this.#options;
    signal?.throwIfAborted();
    const tied = tieOf(this);
    const record = this.#record(tied);
    const launched = new LaunchedThread({
      entry: ENTRY.url,
      record,
      args: this.#options.args ?? [],
      fields: record.target.kind === "subclass" ? { ...this } : undefined,
      permissions: this.#options.permissions ?? "inherit",
    });
    this.#launched = launched;
    if (tied !== undefined) tied.launched = launched;
    // They are the child's now, and may be large.
    this.#options.target = this.#options.args = undefined;
    const terminate = () => launched.terminate();
    signal?.addEventListener("abort", terminate);
    launched.onEnd = () => signal?.removeEventListener("abort", terminate);
  }

  /**
   * Waits for its end.
   *
   * @param wait how long at most, in milliseconds, and what ends the wait
   * @returns the exit code, -15 if it was terminated
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {DOMException} `TimeoutError` if it does not end in time
   * @throws the signal's reason if it is aborted
   * @throws {Error} if it has not started, or is closed
   */
  async join(wait?: WaitOptions): Promise<number> {
    checkWait(wait);
    return await this.#running("join").join(`join ${this.#name}`, wait);
  }

  /**
   * Stops the thread. One that computes without ever pausing goes on using its
   * core until the program ends, as the runtime cannot stop it; use a `Process`
   * for what must be stopped for sure. It ends when it next uses an object of ours;
   * what it has seen of shared arrays and memory is given to nobody else.
   *
   * @throws {Error} if it has not started, or is closed
   */
  terminate(): void {
    this.#running("terminate").terminate();
  }

  /**
   * Does as {@linkcode terminate}, and no more: no thread can be killed. It is there for
   * code that takes a `Process` or a `Thread`.
   */
  kill(): void {
    this.#running("kill").terminate();
  }

  /**
   * Gives up what is held for it. It cannot be used after that.
   *
   * @throws {Error} if it is still running
   */
  close(): void {
    if (this.#isRunning) {
      throw new Error(
        `Cannot close ${this.#name}: it is still running; join() or terminate() it first`,
      );
    }
    this.#closed = true;
  }

  /**
   * Whether it has started and not ended.
   *
   * @throws {Error} if it is closed
   */
  isAlive(): boolean {
    this.#checkOpen("check");
    return this.#isRunning;
  }

  /** Terminates it if it is running and closes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isRunning) {
      this.terminate();
      await this.join();
    }
    this.close();
  }

  get #isRunning(): boolean {
    return this.#isCurrent ||
      (this.#launched !== undefined && this.#launched.exitCode === null);
  }

  get #readiness(): Readiness {
    const launched = this.#running("wait for");
    return {
      isReady: () => launched.exitCode !== null,
      place: launched.place,
    };
  }

  #running(doing: string): LaunchedThread {
    this.#checkOpen(doing);
    if (this.#isCurrent) {
      throw new Error(
        `Cannot ${doing} ${this.#name}: only its parent can do that`,
      );
    }
    if (this.#launched === undefined) {
      throw new Error(`Cannot ${doing} ${this.#name}: it has not started`);
    }
    return this.#launched;
  }

  #checkOpen(doing: string): void {
    if (this.#closed) {
      throw new Error(`Cannot ${doing} ${this.#name}: thread is closed`);
    }
  }

  #record(tied: Tie | undefined): BootRecord {
    const target = describeStartable(
      this,
      Thread,
      this.#options.target,
      this.#modules,
    );
    return {
      kind: "thread",
      name: this.#name,
      daemon: this.#daemon || tied !== undefined,
      target,
      place: tied?.place,
      lineage: lineageFor(this.#name, target, tied?.place),
      mainModule: mainModule(),
      process: ownProcess(),
    };
  }
}
