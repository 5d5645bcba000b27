// What a hub lends to a process that takes many messages, when others want it.

import { assertEquals } from "@std/assert";
import { runProgram } from "../run_program.ts";

const FIXTURE = new URL("../fixtures/hub/loans.ts", import.meta.url).pathname;
const FLAGS = ["--no-prompt", "--no-check", "--allow-all", "--deny-ffi"];

const ALL_THE_REST = [
  "size 3000",
  "next { ok: true, value: 2000 }",
  "next 2001",
  "until 5000 at once true",
];

const ROLES: Record<string, { does: string; prints: string[] }> = {
  block: {
    does:
      "Queue at a hub gives others the next item, and all, though who was lent it is blocked",
    prints: ALL_THE_REST,
  },
  wait: {
    does:
      "Queue at a hub gives others the next item, and all, though who was lent it waits for something else",
    prints: ALL_THE_REST,
  },
  killed: {
    does:
      "Queue at a hub gives others the next item, and all, if who was lent it is killed",
    prints: ALL_THE_REST,
  },
  otherwise: {
    does:
      "Queue at a hub gives items in order to who gets them in other forms than they were lent for",
    prints: [
      "got 2000 2001 { ok: true, value: 2002 } 2003 size 2996",
      "size 2996",
      "next { ok: true, value: 2004 }",
      "next 2005",
      "until 5000 at once true",
    ],
  },
  computing: {
    does:
      "Queue at a hub gives others the next item, though who was lent it computes before all it has got is told of",
    prints: ["next 2001 at once true", "got 2000"],
  },
  givenUp: {
    does:
      "Queue.get() at a hub is given up by its signal when all that was lent is got",
    prints: ["given up 20"],
  },
  others: {
    does:
      "Queue at a hub is neither empty nor in need of time for others while some get all they can",
    prints: ["never empty 0 nor late 0", "unreadable 0", "unreadable 0"],
  },
  inTurn: {
    does:
      "Queue at a hub gives each its part of the items, of several that get all they can",
    prints: ["all true each its part true"],
  },
  unreadable: {
    does:
      "Queue at a hub gives others the next item, though who was lent it could not read some",
    prints: ["others get number", "unreadable 15"],
  },
  cancelled: {
    does:
      "Pool at a hub cancels a task that was lent to a worker, and leaves alone what that does",
    prints: ["1111110" + "1".repeat(24)],
  },
  behind: {
    does:
      "Pool at a hub does in other workers what was lent to one that is busy",
    prints: ["right true", "meanwhile true", "went on"],
  },
};

for (const [role, { does, prints }] of Object.entries(ROLES)) {
  Deno.test(does, async () => {
    const { code, stdout, stderr } = await runProgram(
      role,
      ["run", ...FLAGS, FIXTURE, role],
      { timeout: 60 },
    );
    assertEquals([code, stderr], [0, ""]);
    // What two processes print has no order.
    assertEquals(stdout.trim().split("\n").sort(), prints.toSorted());
  });
}
