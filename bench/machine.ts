/** Where and with what the figures were measured, in one line. */
export async function describeMachine(
  python: string | undefined,
  node: string | undefined,
): Promise<string> {
  return [
    await describeCpu(),
    `${navigator.hardwareConcurrency} cores`,
    `${Deno.build.os} ${Deno.osRelease()}`,
    `Deno ${Deno.version.deno}`,
    python ?? "no CPython",
    ...(node === undefined ? [] : [node]),
    new Date().toISOString().slice(0, 10),
  ].join(", ");
}

/** What a command answers to `--version`, or `undefined` where there is none. */
export function findVersion(command: string): Promise<string | undefined> {
  return findOutput(command, ["--version"]);
}

/** What a command prints, or `undefined` where there is none or it fails. */
export async function findOutput(
  command: string,
  args: string[],
): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command(command, {
      args,
      stdin: "null",
    }).output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function describeCpu(): Promise<string> {
  if (Deno.build.os === "linux") {
    const text = await Deno.readTextFile("/proc/cpuinfo");
    const model = /^model name\s*: (.+)$/m.exec(text)?.[1];
    if (model) return model.replaceAll(/\s+/g, " ").trim();
  }
  return Deno.build.arch;
}
