/** Formats files of the repository that the benchmarks have written. */
export async function formatFiles(...paths: string[]): Promise<void> {
  await new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--quiet", ...paths],
    cwd: new URL("../", import.meta.url),
  }).spawn().status;
}
