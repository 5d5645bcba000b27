// What is known of the ends of processes and threads, and what they leave.

import { assertEquals } from "@std/assert";
import { sharedTest } from "../shared_memory.ts";
import { leaveNoProcess, runFixture, runWell } from "./run_fixture.ts";

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

sharedTest(
  "everything",
  "Thread.terminate() ends any number of threads that block",
  async () => {
    assertEquals(await run("blockedThreads"), [
      "all gone true",
      "said since 0",
    ]);
  },
);

sharedTest(
  "everything",
  "Thread.terminate() leaves no descriptor of a thread that has rung processes",
  async () => {
    assertEquals(await run("ringing"), ["one for each false"]);
  },
);

sharedTest(
  "everything",
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

/** Runs a role where `deno` is a script, which is all that may be run. */
async function runWithScript(role: string, script: string) {
  const folder = await Deno.makeTempDir();
  const text = `#!/bin/sh\n${script}\n`;
  await Deno.writeTextFile(`${folder}/deno`, text, { mode: 0o700 });
  try {
    const { stdout, stderr } = await runFixture(`ends.ts ${role}`, {
      permissions: ["--allow-ffi", "--allow-run=deno"],
      env: { PATH: `${folder}:${Deno.env.get("PATH")}` },
    });
    return [stdout.trim(), stderr.trim()];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

sharedTest(
  "permission",
  "Process says that another program than Deno is called deno, and did nothing",
  async () => {
    assertEquals(await runWithScript("foreign", "exit 0"), [
      "1",
      `Process child:\nError: Cannot run child: the deno on the PATH ended with exit code 0 and did nothing, so it is not the Deno that runs this program; allow that by --allow-run=${Deno.execPath()}`,
    ]);
  },
);

for (const role of ["foreign", "foreignDaemon"]) {
  const kind = role === "foreign" ? "" : " for a daemon";
  sharedTest(
    "permission",
    `Process does not begin where what is called deno starts Deno beside itself${kind}`,
    async () => {
      const script = `"${Deno.execPath()}" "$@"\nexit $?`;
      assertEquals(await runWithScript(role, script), [
        "1",
        `Process child:\nError: Cannot run child: the deno on the PATH starts Deno as a process of its own, which could not be ended; allow Deno itself by --allow-run=${Deno.execPath()}`,
      ]);
    },
  );
}
