// Pools of processes that ask a hub, whose workers end as soon as they have answered.
// STRESS_SECONDS says how long.

import { assertEquals } from "@std/assert";
import { everyBackendTest } from "../every_backend.ts";
import { runProgram } from "../run_program.ts";
import { STRESS_SECONDS, withoutFigures } from "../fixtures/messages/stress.ts";

const FIXTURE = new URL("../fixtures/hub/answers.ts", import.meta.url).pathname;

async function run(role: string, expected: string[]): Promise<void> {
  const flags = ["--no-prompt", "--no-check", "--allow-all", "--deny-ffi"];
  const { code, stdout, stderr } = await runProgram(
    role,
    ["run", ...flags, FIXTURE, role],
    { timeout: STRESS_SECONDS * 5 + 180 },
  );
  const { lines, figures } = withoutFigures(stdout);
  assertEquals([code, stderr, ...lines], [0, "", ...expected], figures);
}

const ROLES: Record<string, { does: string; prints: string[] }> = {
  joined: {
    does:
      "Process.join() in a client of a hub comes after what the child has put",
    prints: ["wrong 0"],
  },
  cancelled: {
    does:
      "Pool of a client of a hub stops no worker for a task that it has done",
    prints: ["wrong 0"],
  },
  dying: {
    does:
      "Pool of a client of a hub loses no answer of a worker that dies after it",
    prints: ["enough true wrong 0"],
  },
  finalized: {
    does:
      "Pool of a client of a hub begins no task again whose worker has ended since",
    prints: ["enough true wrong 0", "retried 0 run again 0"],
  },
  exiting: {
    does: "Pool of a client of a hub loses one task with a worker that exits",
    prints: [
      "enough true wrong 0",
      "retried too many false run again too many false",
    ],
  },
  killed: {
    does:
      "Pool of a client of a hub begins no task again that a killed worker has answered",
    prints: ["enough true wrong 0", "run again 0"],
  },
};

for (const [role, { does, prints }] of Object.entries(ROLES)) {
  everyBackendTest(does, async () => {
    await run(role, [...prints, "exit code 0"]);
  });
}
