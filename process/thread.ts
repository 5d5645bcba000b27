import { refuseToSend, show } from "../_internal/handles/mod.ts";
import {
  checkShared,
  LaunchedThread,
  nextNumber,
  ownProcess,
  ownRecord,
  threadIdent,
} from "../_internal/launch/mod.ts";
import {
  checkWait,
  makeWaitable,
  type Readiness,
  type WaitOptions,
} from "../_internal/parking/mod.ts";
import { checkChildOptions } from "./_check_options.ts";
import { takeCurrentThread } from "./_construct_current.ts";
import { overridesRun } from "./_describe_startable.ts";
import { Startable } from "./_startable.ts";
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

  readonly #startable: Startable<LaunchedThread, ThreadOptions>;

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
    const isCurrent = takeCurrentThread();
    this.#startable = new Startable(this, Thread, {
      kind: "thread",
      // Of any arguments, so that children of all kinds fit into one array.
      options: { ...options } as unknown as ThreadOptions,
      name: isCurrent ? inThread ? self.name : "MainThread" : options.name ??
        `${new.target.name || "Thread"}-${nextNumber("STARTED_THREADS")}`,
      daemon: options.daemon ?? (inThread && self.daemon),
      isCurrent,
    });
  }

  /** What it is called in messages. */
  get name(): string {
    return this.#startable.name;
  }

  set name(name: string) {
    this.#startable.name = name;
  }

  /** Whether the program may end while it runs. Can be set until it starts. */
  get daemon(): boolean {
    return this.#startable.daemon;
  }

  set daemon(daemon: boolean) {
    this.#startable.daemon = daemon;
  }

  /** A number that no other running thread of this machine has, once it has started. */
  get ident(): number | undefined {
    const { isCurrent, launched } = this.#startable;
    return isCurrent ? threadIdent() : launched?.ident;
  }

  /** Its exit code once it has ended, else `null`; -15 if it was terminated. */
  get exitCode(): number | null {
    return this.#startable.launched?.exitCode ?? null;
  }

  /** Calls the target, if any; runs in the thread. A subclass may override it and call `super.run()`. */
  run(): unknown {
    return this.#startable.run();
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
    const startable = this.#startable;
    startable.checkStart();
    const launched = new LaunchedThread({
      entry: ENTRY.url,
      ...startable.describe(ownProcess()),
    });
    launched.onEnd = startable.started(launched, () => launched.terminate());
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
    const launched = this.#startable.running("join");
    return await launched.join(`join ${this.#startable.name}`, wait);
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
    this.#startable.running("terminate").terminate();
  }

  /**
   * Does as {@linkcode terminate}, and no more: no thread can be killed. It is there for
   * code that takes a `Process` or a `Thread`.
   */
  kill(): void {
    this.#startable.running("kill").terminate();
  }

  /**
   * Gives up what is held for it. It cannot be used after that.
   *
   * @throws {Error} if it is still running
   */
  close(): void {
    this.#startable.close(this.#isRunning);
  }

  /**
   * Whether it has started and not ended.
   *
   * @throws {Error} if it is closed
   */
  isAlive(): boolean {
    this.#startable.checkOpen("check");
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
    const { isCurrent, launched } = this.#startable;
    return isCurrent || launched?.exitCode === null;
  }

  get #readiness(): Readiness {
    const launched = this.#startable.running("wait for");
    return {
      isReady: () => launched.exitCode !== null,
      place: launched.place,
    };
  }
}
