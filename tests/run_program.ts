// Runs a `deno` command as a program of its own, and watches that it ends in time and leaves no
// process behind.

import { IMPORTS_VARIABLE, ROOT } from "../scripts/std_source.ts";
import { IS_FFI_DENIED } from "./shared_memory.ts";
import { listMarked, readSystemFile } from "./system_files.ts";

/** What a program printed and how it went. */
export interface ProgramRun {
  pid: number;
  /** The exit code; 128 + N if signal N ended it. */
  code: number;
  /** The signal that ended it. */
  signal: Deno.Signal | null;
  stdout: string;
  stderr: string;
  /** From its start to its end. */
  seconds: number;
}

/** How to run a program. */
export interface ProgramOptions {
  /** The Deno that runs it. Default: this one. */
  deno?: string;
  /** Seconds after which it is killed and the test fails. Default: 30, or 60 without FFI. */
  timeout?: number;
  /** Environment variables besides the inherited ones. */
  env?: Record<string, string>;
  /** What it reads from its standard input. Default: nothing. */
  stdin?: string;
  /** Default: the root of the repository. */
  cwd?: string | URL;
  /** Whether it leads a process group of its own. */
  detached?: boolean;
  /** How many milliseconds its processes may outlive it. Default: 10 000. */
  grace?: number;
}

// Children inherit the environment, so whoever has this variable comes from the program.
const MARKER = "PROGRAM_RUN";
const POLL_MS = 10;
/** Seconds. Who asks a hub for everything takes longer, above all on a machine that is busy. */
const TIMEOUT = IS_FFI_DENIED ? 60 : 30;
/** The subcommands that take permissions; the others grant them all, or none. */
const WITH_PERMISSIONS = ["run", "test", "bench", "serve"];

const FIXTURES = new URL("fixtures/", import.meta.url);
const CHOOSES_IMPORTS = /^--(?:import-map|config|no-config)/;

/** Lets a program of these tests that does not choose what it imports run what has been built for them. */
function onBuild(args: string[]): string[] {
  const importMap = Deno.env.get(IMPORTS_VARIABLE);
  if (
    importMap === undefined || args[0] !== "run" ||
    args.some((arg) => CHOOSES_IMPORTS.test(arg)) ||
    !args.some((arg) => arg.includes(FIXTURES.pathname))
  ) return args;
  return ["run", `--import-map=${importMap}`, ...args.slice(1)];
}

/**
 * A program that runs. It is killed after its time, with all it started, or where it is disposed of.
 */
export class RunningProgram implements AsyncDisposable {
  readonly title: string;
  readonly #child: Deno.ChildProcess;
  readonly #marker: string;
  readonly #options: ProgramOptions;
  readonly #started = performance.now();
  readonly #output: Promise<[string, string]>;
  readonly #timeout: number;
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #watchers = new Set<() => void>();
  #stdout = "";
  #isOver = false;
  #hasEnded = false;
  #isLate = false;

  constructor(title: string, args: string[], options: ProgramOptions = {}) {
    this.title = title;
    this.#options = options;
    const id = crypto.randomUUID();
    this.#marker = `${MARKER}=${id}`;
    this.#child = new Deno.Command(options.deno ?? Deno.execPath(), {
      args: onBuild(IS_FFI_DENIED ? denyFfi(args) : args),
      cwd: options.cwd ?? ROOT,
      env: { NO_COLOR: "1", ...options.env, [MARKER]: id },
      detached: options.detached,
      stdin: options.stdin === undefined ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    if (options.stdin !== undefined) {
      new Response(options.stdin).body!.pipeTo(this.#child.stdin);
    }
    this.#output = Promise.all([
      this.#readOutput(),
      new Response(this.#child.stderr).text(),
    ]);
    this.#child.status.then(() => this.#hasEnded = true);
    this.#timeout = options.timeout ?? TIMEOUT;
    this.#timer = setTimeout(() => {
      this.#isLate = !this.#hasEnded || this.processes().length > 0;
      if (this.#isLate) this.#kill();
    }, this.#timeout * 1000);
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Sends it a signal, or to its whole group. */
  signal(signal: Deno.Signal, to: "program" | "group" = "program"): void {
    Deno.kill(to === "group" ? -this.pid : this.pid, signal);
  }

  /** The ids of its processes, its own among them. */
  processes(): number[] {
    return listMarked(this.#marker);
  }

  /**
   * Waits until it has printed a text.
   *
   * @throws {Error} If its output ends before, as it does when its time is over.
   */
  async printed(text: string): Promise<void> {
    while (!this.#stdout.includes(text)) {
      if (this.#isOver) {
        const when = this.#isLate ? ` within ${this.#timeout} s` : "";
        throw new Error(
          `${this.title} has not printed ${
            JSON.stringify(text)
          }${when}, but:\n` +
            (await this.#output).join("--- stderr\n"),
        );
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#watchers.add(resolve);
      await promise;
      this.#watchers.delete(resolve);
    }
  }

  /**
   * Waits for its end.
   *
   * @throws {Error} If it does not end in time, or has ended and a process of it has not. Either
   * way all of them have been killed.
   */
  async ended(): Promise<ProgramRun> {
    const { grace = 10_000 } = this.#options;
    const { code, signal } = await this.#child.status;
    clearTimeout(this.#timer);
    const seconds = (performance.now() - this.#started) / 1000;
    const left = await waitForEnd(this.#marker, this.#isLate ? 0 : grace);
    await killAll(this.#marker);
    const [stdout, stderr] = await this.#output;
    const problem = this.#isLate
      ? `it still ran after ${this.#timeout} s and was killed`
      : left.length > 0
      ? `it ended (${
        signal ?? `exit code ${code}`
      }) and left processes behind:\n${left.join("\n")}`
      : undefined;
    if (problem !== undefined) {
      throw new Error(
        `Cannot accept ${this.title}: ${problem}\n--- stdout\n${stdout}--- stderr\n${stderr}`,
      );
    }
    return { pid: this.pid, code, signal, stdout, stderr, seconds };
  }

  /** Kills it, and all it started; it harms nothing once they have ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    await this.#kill();
    await this.#child.status;
    await this.#output;
  }

  async #kill(): Promise<void> {
    // Its id may be that of another program once it has ended.
    if (!this.#hasEnded) kill(this.pid);
    await killAll(this.#marker);
  }

  async #readOutput(): Promise<string> {
    const text = this.#child.stdout.pipeThrough(new TextDecoderStream());
    for await (const part of text) {
      this.#stdout += part;
      this.#watchers.forEach((notify) => notify());
    }
    this.#isOver = true;
    this.#watchers.forEach((notify) => notify());
    return this.#stdout;
  }
}

/** The same command for a program that may do no more than these tests. */
function denyFfi([subcommand, ...rest]: readonly string[]): string[] {
  if (!WITH_PERMISSIONS.includes(subcommand)) return [subcommand, ...rest];
  // What is denied stays so whatever allows it.
  return [
    subcommand,
    "--deny-ffi",
    ...rest.filter((it) => it !== "--deny-ffi"),
  ];
}

/** Runs a `deno` command to its end; `title` names it in messages. */
export async function runProgram(
  title: string,
  args: string[],
  options?: ProgramOptions,
): Promise<ProgramRun> {
  return await new RunningProgram(title, args, options).ended();
}

/** Waits until no process has the marker, for at most `graceMs`; describes those that still do. */
export async function waitForEnd(
  marker: string,
  graceMs: number,
): Promise<string[]> {
  const end = performance.now() + graceMs;
  for (;;) {
    const left = listMarked(marker);
    if (left.length === 0 || performance.now() >= end) {
      return left.map((pid) => `${pid} ${commandLineOf(pid)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function killAll(marker: string): Promise<void> {
  // Again, as one of them may have been starting another.
  for (let left = listMarked(marker); left.length > 0;) {
    left.forEach(kill);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    left = listMarked(marker);
  }
}

function kill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch (error) {
    // It has ended by itself in the meantime.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** The command line of a process; empty if it is gone or not ours. */
function commandLineOf(pid: number): string {
  try {
    return readSystemFile(`/proc/${pid}/cmdline`).replaceAll("\0", " ");
  } catch {
    return "";
  }
}
