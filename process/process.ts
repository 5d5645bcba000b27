import { checkKind } from "../_internal/check.ts";
import { refuseToSend, show } from "../_internal/handles/mod.ts";
import {
  asParent,
  type BootRecord,
  callingModules,
  checkMainGuard,
  endBy,
  type LaunchedProcess,
  launchProcess,
  lineageFor,
  mainModule,
  nextNumber,
  ownProcess,
  type Tie,
  tieOf,
} from "../_internal/launch/mod.ts";
import {
  checkWait,
  makeWaitable,
  type Readiness,
  waitForPromise,
  type WaitOptions,
} from "../_internal/parking/mod.ts";
import { callTarget } from "./_call_target.ts";
import { checkChildOptions, checkDaemon } from "./_check_options.ts";
import { children } from "./_children.ts";
import { takeCurrentProcess } from "./_construct_current.ts";
import { describeStartable, overridesRun } from "./_describe_startable.ts";
import type { ProcessOptions } from "./process_options.ts";

const ENTRY = new URL("./_process_entry.ts", import.meta.url).href;
const SUBCLASS_ENTRY = new URL("./current.ts", import.meta.url).href;
/** Milliseconds that a process has to end by SIGTERM when it is disposed of. */
const GRACE_MS = 5_000;

/**
 * A function that runs in a process of its own.
 *
 * The process inherits the environment, the working directory, the output, the permissions,
 * the import map and the flags of its parent; its standard input is empty. It ends when its
 * target has returned and nothing is left to do. An error that nobody catches is printed
 * after `Process Process-1:`, and the exit code is 1.
 *
 * A process keeps the program alive unless it is a daemon. A daemon ends when its parent ends,
 * and may not start processes. On Linux with `--allow-ffi` the kernel ends it at once, also
 * while it computes, and also if only the thread that has started it has ended. Elsewhere it
 * is ended by a parent that returns or exits, and notices within half a second that its parent
 * has thrown or was killed; but not while it computes without a pause, and not on Windows.
 *
 * A subclass that overrides `run` is not constructed anew in the child: its public fields are
 * copied there, private (`#`) ones are not. Its class must be exported. `super.run()` calls the
 * target.
 *
 * Needs `--allow-run=deno`, or the path of `Deno.execPath()` if the `deno` on
 * the `PATH` is another one; and, to hand it shared objects, `--allow-ffi` on Linux,
 * else `--allow-net=127.0.0.1` and `--allow-read`. A compiled program has none.
 *
 * @example
 * ```ts
 * import { Process } from "@parallel/multiprocessing/process";
 * import { assertEquals } from "@std/assert";
 *
 * const process = new Process({
 *   target: (code: number) => Deno.exit(code),
 *   args: [7],
 * });
 * process.start();
 * assertEquals(await process.join(), 7);
 * ```
 */
export class Process<A extends unknown[] | [] = unknown[]>
  implements AsyncDisposable {
  static {
    refuseToSend(Process, "a Process", "send its pid");
    show(Process, ({ name, pid, exitCode }) => ({ name, pid, exitCode }));
    makeWaitable(Process, (process) => process.#readiness);
  }

  #name: string;
  #daemon: boolean;
  /** Of any arguments, so that children of all kinds fit into one array. */
  readonly #options: ProcessOptions;
  /** Where the target may be exported from, most likely first. */
  readonly #modules: readonly string[];
  readonly #identity: readonly number[];
  /** Whether it is the process that we run in, and not a child. */
  readonly #isCurrent: boolean;
  #launched: LaunchedProcess | undefined;
  #exitCode: number | null = null;
  #closed = false;
  /** How many waits for its end are going on. */
  #waiting = 0;
  /** What to call when it has ended, for those waits that look then. */
  readonly #watchers = new Set<() => void>();

  /**
   * Describes a process; {@linkcode start} starts it.
   *
   * @throws {TypeError} if the options are no object, or one is of the wrong kind, or
   *   there are `args` and no target
   */
  constructor(options: ProcessOptions<A> = {}) {
    checkChildOptions(options, "process", overridesRun(this, Process));
    const { daemon, name } = options;
    const parent = ownProcess();
    const current = takeCurrentProcess();
    this.#isCurrent = current !== undefined;
    this.#options = { ...options } as unknown as ProcessOptions;
    this.#modules = this.#isCurrent ? [] : callingModules();
    this.#identity = current?.identity ??
      [...parent.identity, nextNumber("STARTED_PROCESSES")];
    this.#name = current?.name ?? name ??
      `${new.target.name || "Process"}-${this.#identity.join(":")}`;
    this.#daemon = current?.daemon ?? daemon ?? parent.daemon;
  }

  /** What it is called in messages. */
  get name(): string {
    return this.#name;
  }

  set name(name: string) {
    checkKind(name, "string", "it", `set name of ${this.#name}`);
    this.#name = name;
  }

  /** Whether it ends when its parent ends. Can be set until it starts. */
  get daemon(): boolean {
    return this.#daemon;
  }

  set daemon(daemon: boolean) {
    const hasStarted = this.#launched !== undefined || this.#isCurrent;
    checkDaemon(daemon, this.#name, hasStarted);
    this.#daemon = daemon;
  }

  /** Its process id, once it has started. */
  get pid(): number | undefined {
    return this.#isCurrent ? Deno.pid : this.#launched?.child.pid;
  }

  /**
   * Its exit code once it has ended, -N if signal N ended it; else `null`, also until the event
   * loop has turned: code that blocks is told of an end by {@linkcode isAlive} alone.
   */
  get exitCode(): number | null {
    return this.#exitCode;
  }

  /** Its output, with `stdout: "piped"`. */
  get stdout(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return this.#output("stdout");
  }

  /** Its error output, with `stderr: "piped"`. */
  get stderr(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return this.#output("stderr");
  }

  /** Calls the target, if any; runs in the child. A subclass may override it and call `super.run()`. */
  run(): unknown {
    return callTarget(this.#options, this.#name);
  }

  /**
   * Starts the process. Returns once it exists; {@linkcode pid} is set then.
   *
   * @throws {TypeError} if the target or an argument cannot be sent
   * @throws {Deno.errors.NotCapable} if it asks for, or needs, what this program may not do
   * @throws {Deno.errors.NotSupported} in a program made by `deno compile`
   * @throws {RangeError} if 1024 processes and threads of this program run already
   * @throws {Error} if it has started already or is closed, if this process is a daemon, if it
   *   is still importing its modules, or if one of these starts what this process is
   * @throws the signal's reason if it is aborted already
   */
  start(): void {
    this.#checkOpen("start");
    if (this.#launched !== undefined || this.#isCurrent) {
      throw new Error(`Cannot start ${this.#name}: it has already started`);
    }
    checkMainGuard(this.#name);
    const parent = ownProcess();
    if (parent.daemon) {
      throw new Error(
        `Cannot start ${this.#name}: ${parent.name} is a daemon, and daemons may not start processes`,
      );
    }
    const { signal } = this.#options;
    signal?.throwIfAborted();
    const tied = tieOf(this);
    const record = this.#record(tied);
    const launched = launchProcess({
      entry: ENTRY,
      subclassEntry: SUBCLASS_ENTRY,
      record,
      modules: tied?.modules ?? [],
      args: this.#options.args ?? [],
      fields: record.target.kind === "subclass" ? { ...this } : undefined,
      permissions: this.#options.permissions ?? "inherit",
      env: this.#options.env,
      cwd: this.#options.cwd,
      stdout: this.#options.stdout ?? "inherit",
      stderr: this.#options.stderr ?? "inherit",
    });
    this.#launched = launched;
    if (tied !== undefined) tied.launched = launched;
    // They are the child's now, and may be large.
    this.#options.target = this.#options.args = undefined;
    children.add(this);
    if (record.daemon) launched.child.unref();
    const terminate = () => this.#closed || this.terminate();
    signal?.addEventListener("abort", terminate);
    launched.ended.then((exitCode) => {
      this.#exitCode = exitCode;
      children.delete(this);
      signal?.removeEventListener("abort", terminate);
      for (const look of this.#watchers) look();
    });
  }

  /**
   * Waits for its end.
   *
   * @param wait how long at most, in milliseconds, and what ends the wait
   * @returns the exit code, -N if signal N ended it
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {DOMException} `TimeoutError` if it does not end in time
   * @throws the signal's reason if it is aborted
   * @throws {Error} if it has not started, or is closed
   */
  async join(wait?: WaitOptions): Promise<number> {
    checkWait(wait);
    const { child, ended } = this.#running("join");
    if (this.#exitCode !== null) return this.#exitCode;
    this.#beginWait(child);
    try {
      return await waitForPromise(ended, `join ${this.#name}`, wait);
    } finally {
      this.#endWait(child);
    }
  }

  /**
   * Ends the process by SIGTERM. Does nothing if it has ended.
   *
   * @throws {Error} if it has not started, or is closed
   */
  terminate(): void {
    this.#signal("terminate", "SIGTERM");
  }

  /** Ends the process by SIGKILL, else as {@linkcode terminate} does. */
  kill(): void {
    this.#signal("kill", "SIGKILL");
  }

  /**
   * Gives up what is held for it. It cannot be used after that.
   *
   * @throws {Error} if {@linkcode isAlive} says that it is running
   */
  close(): void {
    if (this.#closed) return;
    if (this.isAlive()) {
      throw new Error(
        `Cannot close ${this.#name}: it is still running; join() or terminate() it first`,
      );
    }
    this.#discardOutput();
    this.#closed = true;
    children.delete(this);
  }

  /** Whether it runs; without shared memory, ran when the event loop turned last. Throws if closed. */
  isAlive(): boolean {
    this.#checkOpen("check");
    return this.#isUnsettled && (this.#launched?.isRunning?.() ?? true);
  }

  /**
   * Terminates it if it is running, waits for its end and closes it. If it has not
   * ended after 5 seconds, it is killed.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isUnsettled && !this.#closed) {
      this.terminate();
      const killing = setTimeout(() => this.kill(), GRACE_MS);
      await this.join();
      clearTimeout(killing);
    }
    this.close();
  }

  /** Lets go of piped output that nobody reads. */
  #discardOutput(): void {
    for (const name of ["stdout", "stderr"] as const) {
      if (this.#options[name] !== "piped") continue;
      const output = this.#launched?.child[name];
      if (output?.locked === false) output.cancel().catch(() => {});
    }
  }

  /** Whether it has started, and no exit code is known. */
  get #isUnsettled(): boolean {
    return this.#isCurrent ||
      (this.#launched !== undefined && this.#exitCode === null);
  }

  get #readiness(): Readiness {
    const { child, isRunning } = this.#running("wait for");
    const canTell = isRunning !== undefined || !this.#isUnsettled;
    return {
      isReady: () => !this.#isUnsettled,
      isReadySync: canTell ? () => !this.isAlive() : undefined,
      watch: (look) => {
        this.#watchers.add(look);
        this.#beginWait(child);
        return () => {
          this.#watchers.delete(look);
          this.#endWait(child);
        };
      },
    };
  }

  /** A daemon does not keep the program alive, but waiting for it does. */
  #beginWait(child: Deno.ChildProcess): void {
    if (this.#daemon && this.#waiting++ === 0) child.ref();
  }

  #endWait(child: Deno.ChildProcess): void {
    if (this.#daemon && --this.#waiting === 0) child.unref();
  }

  #running(doing: string): LaunchedProcess {
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

  #output(name: "stdout" | "stderr"): ReadableStream<Uint8Array<ArrayBuffer>> {
    const doing = `read ${name} of`;
    const { child } = this.#running(doing);
    if (this.#options[name] === "piped") return child[name];
    throw new TypeError(
      `Cannot ${doing} ${this.#name}: it is not piped; make it with ${name}: "piped"`,
    );
  }

  #signal(doing: string, signal: "SIGTERM" | "SIGKILL"): void {
    const { child, noteKill } = this.#running(doing);
    if (this.#exitCode !== null) return;
    try {
      endBy(child, signal);
      if (signal === "SIGKILL") noteKill?.();
    } catch (error) {
      // It has ended, and we are about to hear of it.
      if (!(error instanceof TypeError)) throw error;
    }
  }

  #checkOpen(doing: string): void {
    if (this.#closed) {
      throw new Error(`Cannot ${doing} ${this.#name}: process is closed`);
    }
  }

  #record(tied: Tie | undefined): BootRecord {
    const target = describeStartable(
      this,
      Process,
      this.#options.target,
      this.#modules,
    );
    return {
      kind: "process",
      name: this.#name,
      daemon: this.#daemon || tied !== undefined,
      target,
      place: tied?.place,
      lineage: lineageFor(this.#name, target, tied?.place),
      mainModule: mainModule(),
      process: {
        name: this.#name,
        daemon: this.#daemon,
        identity: this.#identity,
        parent: asParent(),
      },
    };
  }
}
