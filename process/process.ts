import { refuseToSend, show } from "../_internal/handles/mod.ts";
import {
  asParent,
  endBy,
  type EndSignal,
  holdChild,
  type LaunchedProcess,
  launchProcess,
  loadDoors,
  nextNumber,
  ownProcess,
} from "../_internal/launch/mod.ts";
import {
  checkWait,
  makeWaitable,
  type Readiness,
  waitForPromise,
  type WaitOptions,
} from "../_internal/parking/mod.ts";
import { checkChildOptions } from "./_check_options.ts";
import { children } from "./_children.ts";
import { takeCurrentProcess } from "./_construct_current.ts";
import { overridesRun } from "./_describe_startable.ts";
import { Startable } from "./_startable.ts";
import type { ProcessOptions } from "./process_options.ts";

/** `load` is never called, see `loadDoors`. */
const ENTRY = {
  url: new URL("./_process_entry.ts", import.meta.url).href,
  subclassUrl: new URL("./current.ts", import.meta.url).href,
  load: () => [
    import("./_process_entry.ts"),
    import("./current.ts"),
    ...loadDoors(),
  ],
};
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

  readonly #startable: Startable<LaunchedProcess, ProcessOptions>;
  readonly #identity: readonly number[];
  #exitCode: number | null = null;
  /** Whether only waits for its end keep the program going: it is a daemon, or tied to us. */
  #isUnheld = false;
  /** How many such waits there are. */
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
    this.#identity = current?.identity ??
      [...parent.identity, nextNumber("STARTED_PROCESSES")];
    this.#startable = new Startable(this, Process, {
      kind: "process",
      // Of any arguments, so that children of all kinds fit into one array.
      options: { ...options } as unknown as ProcessOptions,
      name: current?.name ?? name ??
        `${new.target.name || "Process"}-${this.#identity.join(":")}`,
      daemon: current?.daemon ?? daemon ?? parent.daemon,
      isCurrent: current !== undefined,
    });
  }

  /** What it is called in messages. */
  get name(): string {
    return this.#startable.name;
  }

  set name(name: string) {
    this.#startable.name = name;
  }

  /** Whether it ends when its parent ends. Can be set until it starts. */
  get daemon(): boolean {
    return this.#startable.daemon;
  }

  set daemon(daemon: boolean) {
    this.#startable.daemon = daemon;
  }

  /** Its process id, once it has started. */
  get pid(): number | undefined {
    const { isCurrent, launched } = this.#startable;
    return isCurrent ? Deno.pid : launched?.child.pid;
  }

  /**
   * Its exit code once it has ended, -N if signal N ended it; else `null`.
   *
   * It is known once the event loop has turned: code that blocks is told of an end by
   * {@linkcode isAlive} alone, and by nothing without shared memory.
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
    return this.#startable.run();
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
    const startable = this.#startable;
    startable.checkStart();
    const launch = startable.describe({
      name: startable.name,
      daemon: startable.daemon,
      identity: this.#identity,
      parent: asParent(),
    });
    const { env, cwd, stdout, stderr } = startable.options;
    const launched = launchProcess({
      entry: ENTRY.url,
      subclassEntry: ENTRY.subclassUrl,
      ...launch,
      env,
      cwd,
      stdout: stdout ?? "inherit",
      stderr: stderr ?? "inherit",
    });
    const forgetSignal = startable.started(
      launched,
      () => startable.isClosed || this.terminate(),
    );
    children.add(this);
    this.#isUnheld = launch.record.daemon;
    if (this.#isUnheld) holdChild(launched.child, false);
    launched.ended.then((exitCode) => {
      this.#exitCode = exitCode;
      children.delete(this);
      forgetSignal();
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
    const { child, ended } = this.#startable.running("join");
    if (this.#exitCode !== null) return this.#exitCode;
    this.#beginWait(child);
    try {
      return await waitForPromise(ended, `join ${this.#startable.name}`, wait);
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
   * Ends the process by SIGINT, as Ctrl-C at a terminal does, and it alone. Does nothing if
   * it has ended.
   *
   * Nothing is thrown in it, so no `finally` of it runs. One that listens to SIGINT hears it
   * and ends when it likes. On Windows nobody hears it: there it ends as by
   * {@linkcode terminate}, with the exit code of this.
   *
   * @throws {Error} if it has not started, or is closed
   *
   * @example
   * ```ts
   * import { Process } from "@parallel/multiprocessing/process";
   * import { assertEquals } from "@std/assert";
   *
   * const process = new Process({ target: () => setInterval(() => {}, 60_000) });
   * process.start();
   * process.interrupt();
   * assertEquals(await process.join(), -2);
   * ```
   */
  interrupt(): void {
    this.#signal("interrupt", "SIGINT");
  }

  /**
   * Gives up what is held for it. It cannot be used after that.
   *
   * @throws {Error} if it is still running, as {@linkcode isAlive} says: without shared memory
   *   also if it has ended and the event loop has not turned since
   */
  close(): void {
    if (this.#startable.isClosed) return;
    this.#startable.close(this.isAlive());
    this.#discardOutput();
    children.delete(this);
  }

  /**
   * Whether it has started and not ended.
   *
   * Without shared memory an end is seen once the event loop has turned: await something
   * between two looks.
   *
   * @throws {Error} if it is closed
   */
  isAlive(): boolean {
    this.#startable.checkOpen("check");
    return this.#isUnsettled &&
      (this.#startable.launched?.isRunning?.() ?? true);
  }

  /**
   * Terminates it if it is running, waits for its end and closes it. If it has not
   * ended after 5 seconds, it is killed.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isUnsettled && !this.#startable.isClosed) {
      this.terminate();
      const killing = setTimeout(() => this.kill(), GRACE_MS);
      await this.join();
      clearTimeout(killing);
    }
    this.close();
  }

  /** Lets go of piped output that nobody reads. */
  #discardOutput(): void {
    const { options, launched } = this.#startable;
    for (const name of ["stdout", "stderr"] as const) {
      if (options[name] !== "piped") continue;
      const output = launched?.child[name];
      if (output?.locked === false) output.cancel().catch(() => {});
    }
  }

  /** Whether it has started, and no exit code is known. */
  get #isUnsettled(): boolean {
    const { isCurrent, launched } = this.#startable;
    return isCurrent || (launched !== undefined && this.#exitCode === null);
  }

  get #readiness(): Readiness {
    const { child, isRunning } = this.#startable.running("wait for");
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

  #beginWait(child: Deno.ChildProcess): void {
    if (this.#isUnheld && this.#waiting++ === 0) holdChild(child, true);
  }

  #endWait(child: Deno.ChildProcess): void {
    if (this.#isUnheld && --this.#waiting === 0) holdChild(child, false);
  }

  #output(name: "stdout" | "stderr"): ReadableStream<Uint8Array<ArrayBuffer>> {
    const doing = `read ${name} of`;
    const { child } = this.#startable.running(doing);
    if (this.#startable.options[name] === "piped") return child[name];
    throw new TypeError(
      `Cannot ${doing} ${this.#startable.name}: it is not piped; make it with ${name}: "piped"`,
    );
  }

  #signal(doing: string, signal: EndSignal): void {
    const { child, noteKill } = this.#startable.running(doing);
    if (this.#exitCode !== null) return;
    try {
      endBy(child, signal);
      if (signal === "SIGKILL") noteKill?.();
    } catch (error) {
      // It has ended, and we are about to hear of it.
      if (!(error instanceof TypeError)) throw error;
    }
  }
}
