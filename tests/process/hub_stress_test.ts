// Objects at a hub whose clients are killed at any moment, and a hub that is.
// STRESS_SECONDS says how long.

import { assertEquals } from "@std/assert";
import { everyBackendTest } from "../every_backend.ts";
import { RunningProgram, runProgram } from "../run_program.ts";
import {
  delay,
  random,
  STRESS_SECONDS,
  withoutFigures,
} from "../fixtures/messages/stress.ts";

const FIXTURE = new URL("../fixtures/hub/stress.ts", import.meta.url).pathname;
const FLAGS = ["run", "--no-prompt", "--no-check", "--allow-all", "--deny-ffi"];

const ROLES: Record<string, { does: string; prints: string[] }> = {
  queues: {
    does:
      "Queue loses no more with a killed process than what that was getting",
    prints: ["enough true", "doubled 0 unordered 0", "lost too many false"],
  },
  pipes: {
    does: "Pipe tells the other end of a killed process",
    prints: ["enough true", "wrong 0"],
  },
  locks: {
    does: "Lock goes from killed processes to others",
    prints: ["enough true", "wrong 0 off false"],
  },
  pools: {
    does: "Pool settles every task once whatever worker is killed",
    prints: ["enough true", "wrong 0 settled true", "died too many false"],
  },
};

for (const [role, { does, prints }] of Object.entries(ROLES)) {
  everyBackendTest(`${does}, at a hub`, async () => {
    const { code, stdout, stderr } = await runProgram(
      role,
      [...FLAGS, FIXTURE, role],
      { timeout: STRESS_SECONDS + 90 },
    );
    const { lines, figures } = withoutFigures(stdout);
    assertEquals([code, stderr, ...lines], [0, "", ...prints], figures);
  });
}

Deno.test("Processes that are busy at a hub are told when it is killed", async () => {
  for (let round = 0; round < 3; round++) {
    await using program = new RunningProgram("host", [
      ...FLAGS,
      FIXTURE,
      "host",
    ], {
      timeout: 60,
      grace: 20_000,
    });
    await program.printed("begins\nbegins\nbegins\nbegins\nbegins");
    await delay(random(500));
    program.signal("SIGKILL");
    const { stdout, stderr } = await program.ended();
    assertEquals(stderr, "");
    const problems = stdout.trim().split("\n").slice(5).sort();
    assertEquals(
      problems.map((each) => each.replace(/call Queue\.\w+\(\)/, "call")),
      Array(5).fill(
        "Error: Cannot call: the hub of this program has ended",
      ),
    );
  }
});
