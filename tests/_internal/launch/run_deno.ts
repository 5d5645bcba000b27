/** What a run of Deno printed, and how it ended. */
export interface DenoRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Milliseconds after which it is stopped. */
const TIMEOUT_MS = 60_000;

/** Runs the Deno that runs this test. */
export async function runDeno(
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<DenoRun> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: options.cwd,
    env: { NO_COLOR: "1", ...options.env },
    stdin: "null",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).output();
  const text = new TextDecoder();
  return {
    code,
    stdout: text.decode(stdout).trim(),
    stderr: text.decode(stderr).trim(),
  };
}

/** Files in a directory of their own, which goes with the test. */
export class TempFiles implements Disposable {
  readonly directory = Deno.realPathSync(Deno.makeTempDirSync());

  constructor(files: Readonly<Record<string, string>>) {
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  /** The path of a file. */
  path(name: string): string {
    return `${this.directory}/${name}`;
  }

  /** The URL of a file. */
  url(name: string): string {
    return new URL(name, `file://${this.directory}/`).href;
  }

  write(name: string, text: string): void {
    const path = this.path(name);
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(path, text);
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.directory, { recursive: true });
  }
}
