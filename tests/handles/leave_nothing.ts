// Sees to it that a test file leaves nothing: no process, no file, no descriptor.

import { assert, assertEquals } from "@std/assert";
import { sweep } from "../../_internal/handles/mod.ts";
import { ownRecord } from "../../_internal/launch/mod.ts";
import { processMemory, reachesProcesses } from "../../_internal/memory/mod.ts";
import { backend } from "../../process/mod.ts";
import { waitForEnd } from "../run_program.ts";
import { openFiles } from "../system_files.ts";

/** The memory's, a bell's two, those of a hub, and what the runtime opens once for its own use. */
const OWN_DESCRIPTORS = backend() === "hub" ? 24 : 8;

/**
 * How many more a file may leave that starts threads: one that is blocked cannot be terminated, and
 * keeps ten, with its bells. A long stress test has more of them.
 */
const THREADS_DESCRIPTORS = 30 *
  Math.max(1, Number(Deno.env.get("STRESS_SECONDS") ?? 5) / 5);
/** Milliseconds within which the others that were terminated have ended. */
const PATIENCE_MS = 10_000;

let isWatching = false;
let most = OWN_DESCRIPTORS;

/**
 * Makes the test file fail if something of it is left at its end; all of them together, if
 * several are in the same isolate.
 *
 * @param options `threads` says that it starts threads
 */
export function leaveNothing(options: { threads?: boolean } = {}): void {
  // A child that imports the test file for a function of it.
  if (ownRecord() !== undefined) return;
  if (options.threads) most += THREADS_DESCRIPTORS;
  if (isWatching) return;
  isWatching = true;
  const id = crypto.randomUUID();
  const directory = Deno.makeTempDirSync();
  Deno.env.set("TEST_FILE_RUN", id);
  const former = Deno.env.get("TMPDIR");
  Deno.test.beforeAll(() => Deno.env.set("TMPDIR", directory));
  const descriptors = openFiles().length;
  Deno.test.afterAll(async () => {
    // Our own environment, as the kernel shows it, is that of our start.
    assertEquals(await waitForEnd(`TEST_FILE_RUN=${id}`, 10_000), []);
    assertEquals(names(directory), []);
    Deno.removeSync(directory);
    if (former === undefined) Deno.env.delete("TMPDIR");
    else Deno.env.set("TMPDIR", former);
    if (reachesProcesses()) sweep(processMemory());
    const countLeft = () => openFiles().length - descriptors;
    const end = performance.now() + PATIENCE_MS;
    while (countLeft() > most && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const left = countLeft();
    assert(left <= most, `${left} descriptors are left open: ${openFiles()}`);
  });
}

function names(directory: string): string[] {
  return Array.from(Deno.readDirSync(directory), ({ name }) => name);
}
