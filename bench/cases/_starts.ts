// What the cases share that start processes, and that each child imports, too: nothing of the library.

interface Startable {
  start(): void;
  join(): Promise<unknown>;
}

/** Milliseconds to start a process and join it. */
export async function startAndJoin(open: () => Startable): Promise<number> {
  const begin = performance.now();
  const process = open();
  process.start();
  await process.join();
  return performance.now() - begin;
}

/** Milliseconds that `deno run` of an empty module takes. */
export async function denoRun(): Promise<number> {
  const begin = performance.now();
  const empty = new URL("_empty.ts", import.meta.url).href;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-lock", empty],
    stdin: "null",
  }).spawn();
  await child.status;
  return performance.now() - begin;
}
