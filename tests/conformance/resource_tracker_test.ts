// After CPython's TestResourceTracker. There is no tracker, as nothing is left to track: what is
// shared has no name in any file system and goes with the last process.

import { assertEquals } from "@std/assert";
import { type Connection, Pipe } from "../../pipe/mod.ts";
import {
  leaveNothingBehind,
  LONG,
  startProcess,
  testBytes,
  testProcesses,
} from "./backends.ts";
import { run, startProgram } from "./programs.ts";
import { IS_FFI_DENIED } from "../shared_memory.ts";
import { listSystemFolder, mappedMemories } from "../system_files.ts";

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
  "a program with a manager and its shared memory says nothing and leaves nothing",
  async () => {
    for (const ending of ["ends", "forgets"]) {
      await leaveNoFile(async (directory) => {
        const { code, stdout, stderr } = await run(
          `manager_memory.ts ${ending}`,
          { env: { TMPDIR: directory } },
        );
        assertEquals([code, stdout, stderr], [0, "42\n", ""]);
      });
    }
  },
);

testBytes(
  "Process shares the memory that its parent has, and makes none of its own",
  async () => {
    const [own, far] = new Pipe<string>();
    const child = startProcess(
      async (far: Connection<string>) => {
        await far.send("is up");
        await far.recv();
      },
      far,
    );
    await own.recv(LONG);
    const memories = mappedMemories(child.pid!);
    assertEquals(memories.length > 0, true);
    const ours = mappedMemories(Deno.pid);
    assertEquals(memories.filter((it) => !ours.includes(it)), []);
    await own.send("end");
    await child.join();
  },
);
