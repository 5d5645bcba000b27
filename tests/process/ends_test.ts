// What is known of the ends of processes and threads, and what they leave.

import { assertEquals } from "@std/assert";
import { sharedTest } from "../shared_memory.ts";
import { leaveNoProcess, runWell } from "./run_fixture.ts";

leaveNoProcess();

const ANYTHING = { permissions: ["--allow-all"], timeout: 120 };

async function run(role: string): Promise<string[]> {
  return await runWell(`ends.ts ${role}`, ANYTHING);
}

Deno.test(
  "Thread ends though one that it has started, and does not join, exits",
  async () => {
    assertEquals(await run("exits"), ["0"]);
  },
);

Deno.test(
  "Thread waits for what it starts while it waits for others",
  async () => {
    assertEquals(await run("startsLate"), ['{ ok: true, value: "late one" }']);
  },
);

Deno.test(
  "Thread.terminate() ends any number of threads that block",
  async () => {
    assertEquals(await run("blockedThreads"), [
      "all gone true",
      "said since 0",
    ]);
  },
);

sharedTest(
  "mapping",
  "Thread.terminate() leaves no descriptor of a thread that has rung processes",
  async () => {
    assertEquals(await run("ringing"), ["pipes more 0"]);
  },
);

Deno.test(
  "Thread that computes on after terminate() touches nothing that is made since",
  async () => {
    assertEquals(await run("writing"), [
      "untouched true",
      "Cannot go on: this thread has been terminated",
      "set false",
    ]);
  },
);

sharedTest(
  "probe",
  "Process that is killed before it has begun is missed by who blocks for it",
  async () => {
    assertEquals(await run("killedEarly"), [
      "EndOfStreamError is alive false",
    ]);
  },
);

sharedTest(
  "permission",
  "Process.join() gives the exit code though ffi has been given up",
  async () => {
    assertEquals(await run("givesUp"), ["0", "-9"]);
  },
);
