// After CPython's TestResourceTracker. There is no tracker, as nothing is left to track: what is
// shared has no name in any file system and goes with the last process.

import { assertEquals } from "@std/assert";
import { Queue } from "../../queue/mod.ts";
import {
  leaveNothingBehind,
  LONG,
  startProcess,
  testBytes,
  testProcesses,
} from "./backends.ts";
import { run, startProgram } from "./programs.ts";
import { IS_FFI_DENIED } from "../shared_memory.ts";
import { listSystemFolder } from "../system_files.ts";

leaveNothingBehind();

/** What is in shared memory by a name, but for that of Python, which benchmarks run. */
const sharedNames = () =>
  listSystemFolder("/dev/shm")
    .filter((name) => !/^(?:sem\.mp-|psm_)/.test(name)).toSorted();

/** Runs something with a temporary folder of its own, and finds nothing left of it. */
async function leaveNoFile(run: (directory: string) => Promise<void>) {
  const directory = Deno.makeTempDirSync();
  const shared = sharedNames();
  try {
    await run(directory);
    assertEquals([...Deno.readDirSync(directory)], []);
    assertEquals(sharedNames(), shared);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

/** Ends a program that holds one of everything. That it leaves no process, startProgram() checks. */
async function endBy(ending: Deno.Signal, complaint = "") {
  await leaveNoFile(async (directory) => {
    await using program = startProgram("holds.ts", {
      env: { TMPDIR: directory },
    });
    await program.printed("ready");
    assertEquals(program.processes().length, 4);
    program.signal(ending);
    const { signal, stderr } = await program.ended();
    assertEquals(signal, ending);
    // A hub ends with its program, and its pipes as pipes do.
    assertEquals(stderr, IS_FFI_DENIED ? "" : complaint);
  });
}

testProcesses(
  "a program ended by SIGINT leaves no file, no shared memory and no process",
  () => endBy("SIGINT", "Interrupted: ending 3 processes\n"),
);

testProcesses(
  "a program ended by SIGTERM leaves no file, no shared memory and no process",
  () => endBy("SIGTERM"),
);

testProcesses(
  "a program ended by SIGKILL leaves no file, no shared memory and no process",
  () => endBy("SIGKILL"),
);

testProcesses(
  "a program that closes nothing ends well and leaves nothing",
  async () => {
    await leaveNoFile(async (directory) => {
      const { code, stdout, stderr } = await run("closes_nothing.ts", {
        env: { TMPDIR: directory },
      });
      assertEquals([code, stdout, stderr], [0, "1\n", ""]);
    });
  },
);

testBytes(
  "Process shares the memory that its parent has, and makes none of its own",
  async () => {
    const queue = new Queue<string[]>();
    const readMemories = () => {
      const maps = Deno.readTextFileSync("/proc/self/maps").split("\n");
      const found = maps.filter((it) => it.includes("/memfd:"))
        // Device, inode and name.
        .map((it) => it.split(/\s+/).slice(3).join(" "));
      return [...new Set(found)].toSorted();
    };
    const child = startProcess(
      async (queue: Queue<string[]>, source: string) => {
        await queue.put(new Function(`return (${source})()`)());
      },
      queue,
      readMemories.toString(),
    );
    const memories = await queue.get(LONG);
    assertEquals(memories.length > 0, true);
    const own = readMemories();
    assertEquals(memories.filter((it) => !own.includes(it)), []);
    await child.join();
  },
);
