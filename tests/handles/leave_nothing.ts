// Sees to it that a test file leaves nothing: no process, no file, no descriptor.

import { assert, assertEquals } from "@std/assert";
import { sweep } from "../../_internal/handles/mod.ts";
import { ownRecord } from "../../_internal/launch/mod.ts";
import { processMemory, reachesProcesses } from "../../_internal/memory/mod.ts";
import { backend } from "../../process/mod.ts";
import { waitForEnd } from "../run_program.ts";
import { listSystemFolder, openFiles } from "../system_files.ts";

/** The memory's, a bell's two, those of a hub, and what the runtime opens once for its own use. */
const OWN_DESCRIPTORS = backend() === "hub" ? 24 : 8;

/**
 * How many more may be left by threads: the bells of those that were terminated,
 * and what the runtime needs to end them. A long stress test starts more of them.
 */
const THREADS_DESCRIPTORS = 200 *
  Math.max(1, Number(Deno.env.get("STRESS_SECONDS") ?? 5) / 5);

let isWatching = false;
let hasThreads = false;

/**
 * Makes the test file fail if something of it is left at its end; all of them together, if
 * several are in the same isolate.
 *
 * @param options `threads` says that it starts threads
 */
export function leaveNothing(options: { threads?: boolean } = {}): void {
  // A child that imports the test file for a function of it.
  if (ownRecord() !== undefined) return;
  hasThreads ||= options.threads ?? false;
  if (isWatching) return;
  isWatching = true;
  const id = crypto.randomUUID();
  const directory = Deno.makeTempDirSync();
  Deno.env.set("TEST_FILE_RUN", id);
  const former = Deno.env.get("TMPDIR");
  Deno.test.beforeAll(() => Deno.env.set("TMPDIR", directory));
  const shared = listSystemFolder("/dev/shm");
  const descriptors = openFiles().length;
  Deno.test.afterAll(async () => {
    // Our own environment, as the kernel shows it, is that of our start.
    assertEquals(await waitForEnd(`TEST_FILE_RUN=${id}`, 10_000), []);
    assertEquals(names(directory), []);
    Deno.removeSync(directory);
    if (former === undefined) Deno.env.delete("TMPDIR");
    else Deno.env.set("TMPDIR", former);
    // Python, which benchmarks run, has files of these names there.
    const made = listSystemFolder("/dev/shm")
      .filter((it) => !/^(sem\.mp-|psm_)/.test(it));
    assertEquals(made.filter((it) => !shared.includes(it)), []);
    if (reachesProcesses()) sweep(processMemory());
    const left = openFiles().length - descriptors;
    const most = hasThreads ? THREADS_DESCRIPTORS : OWN_DESCRIPTORS;
    assert(
      left <= most,
      `${left} descriptors are left open: ${openFiles()}`,
    );
  });
}

function names(directory: string): string[] {
  return Array.from(Deno.readDirSync(directory), ({ name }) => name);
}
