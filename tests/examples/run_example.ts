// Runs a program of `examples/` as its own program, the way `deno task examples` does, and watches
// that it ends in time and leaves no process behind.

import { EXAMPLE_PERMISSIONS } from "../../scripts/examples.ts";
import { findStdSource, ROOT, stdFlags } from "../../scripts/std_source.ts";

/** What a program printed and how it went. */
export interface ExampleRun {
  pid: number;
  /** The exit code; 128 + N if signal N ended it. */
  code: number;
  stdout: string;
  stderr: string;
  /** From its start to its end. */
  seconds: number;
}

/** How to run a program. */
export interface ExampleOptions {
  /** Default: what `deno task examples` grants. */
  permissions?: readonly string[];
  /** Seconds after which it is killed and the test fails. Default: 30. */
  timeout?: number;
}

// Children inherit the environment, so whoever has this variable comes from the program.
const MARKER = "EXAMPLE_RUN";
/** Who is still on the way out when the program has ended gets this long. */
const GRACE_MS = 1_000;
const POLL_MS = 20;

/**
 * Runs `examples/<file>` to its end.
 *
 * @throws {Error} If it does not end in time, or has ended and a process of it has not. Either way
 * all of them have been killed.
 */
export async function runExample(
  file: string,
  options: ExampleOptions = {},
): Promise<ExampleRun> {
  const { permissions = EXAMPLE_PERMISSIONS, timeout = 30 } = options;
  const { source } = await findStdSource();
  return await runMarked(
    `examples/${file}`,
    ["run", "--quiet", ...stdFlags(source), ...permissions, `examples/${file}`],
    timeout,
  );
}

/** {@linkcode runExample} for any `deno` command; `title` names it in messages. */
export async function runMarked(
  title: string,
  args: string[],
  timeout: number,
): Promise<ExampleRun> {
  const marker = `${MARKER}=${crypto.randomUUID()}`;
  const started = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    env: { [MARKER]: marker.slice(MARKER.length + 1), NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);

  let late = false;
  const timer = setTimeout(() => {
    late = true;
    kill(child.pid);
  }, timeout * 1000);
  const { code } = await child.status;
  clearTimeout(timer);
  const seconds = (performance.now() - started) / 1000;

  const left = await waitForEnd(marker, late ? 0 : GRACE_MS);
  await killAll(marker);
  const [stdout, stderr] = await output;
  const problem = late
    ? `it still ran after ${timeout} s and was killed`
    : left.length > 0
    ? `it ended and left processes behind:\n${left.join("\n")}`
    : undefined;
  if (problem !== undefined) {
    throw new Error(
      `Cannot accept ${title}: ${problem}\n--- stdout\n${stdout}--- stderr\n${stderr}`,
    );
  }
  return { pid: child.pid, code, stdout, stderr, seconds };
}

/** Waits until no process has the marker, for at most `graceMs`; describes those that still do. */
async function waitForEnd(marker: string, graceMs: number): Promise<string[]> {
  const end = performance.now() + graceMs;
  for (;;) {
    const left = listMarked(marker);
    if (left.length === 0 || performance.now() >= end) {
      return left.map((pid) => `${pid} ${readProc(pid, "cmdline")}`);
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

/** The ids of the processes that have the marker in their environment. Linux only. */
function listMarked(marker: string): number[] {
  if (Deno.build.os !== "linux") return [];
  return Array.from(Deno.readDirSync("/proc"), ({ name }) => Number(name))
    .filter((pid) => readProc(pid, "environ").split(" ").includes(marker));
}

/** A list of strings in `/proc`, joined by spaces; empty if the process is gone or not ours. */
function readProc(pid: number, name: string): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/${name}`).replaceAll("\0", " ");
  } catch {
    return "";
  }
}
