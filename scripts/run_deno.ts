import { findStdSource, ROOT, STD_VARIABLE } from "./std_source.ts";

/** What a `deno` command left behind. */
export interface DenoResult {
  /** The exit code; 128 + N if signal N ended it. */
  code: number;
  /** Standard output and standard error in the order they came; empty unless captured. */
  output: string;
}

const FORWARDED_SIGNALS: Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Runs the running `deno` with `args` in the root of the repository and waits for its end. A signal
 * that asks this program to stop is passed on, and the program then ends as `deno` does.
 *
 * @param args The subcommand and what follows it.
 * @param options `capture` collects the output instead of letting it through, `read` is given each
 * line of it; `env` adds to the environment.
 */
export async function runDeno(
  args: string[],
  options: {
    capture?: boolean;
    read?: (line: string) => void;
    env?: Record<string, string>;
  } = {},
): Promise<DenoResult> {
  const { source } = await findStdSource();
  const { capture, read } = options;
  const stdio = capture || read ? "piped" : "inherit";
  const child = new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    env: { ...options.env, [STD_VARIABLE]: source },
    stdin: "null",
    stdout: stdio,
    stderr: stdio,
  }).spawn();
  const stopForwarding = forwardSignals(child);
  try {
    let output = "";
    if (stdio === "piped") {
      const take = read ?? ((line) => output += `${line}\n`);
      await Promise.all([
        readLines(child.stdout, take),
        readLines(child.stderr, take),
      ]);
    }
    const { code } = await child.status;
    return { code, output };
  } finally {
    stopForwarding();
  }
}

function forwardSignals(child: Deno.ChildProcess): () => void {
  const handlers = FORWARDED_SIGNALS.map((signal) => {
    const handler = () => {
      try {
        child.kill(signal);
      } catch {
        // It has ended by itself in the meantime.
      }
    };
    Deno.addSignalListener(signal, handler);
    return () => Deno.removeSignalListener(signal, handler);
  });
  return () => handlers.forEach((remove) => remove());
}

async function readLines(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  read: (line: string) => void,
): Promise<void> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    lines.forEach(read);
  }
  if (rest !== "") read(rest);
}
