// What a process has said by calls that nobody waits for is known, whatever it does next.

import { assertEquals } from "@std/assert";
import { runProgram } from "../run_program.ts";

const FIXTURE =
  new URL("../fixtures/hub/last_words.ts", import.meta.url).pathname;
const FLAGS = ["--no-prompt", "--no-check", "--allow-all", "--deny-ffi"];

const WORDS: Record<string, { call: string; known: string }> = {
  set: { call: "Event.set()", known: "set" },
  close: { call: "Queue.close()", known: "got 1, then QueueClosedError" },
  release: { call: "Guard.release()", known: "abandoned false" },
  notify: {
    call: "Condition.notify()",
    known: "notified, abandoned false",
  },
};

const ENDS: Record<string, string> = {
  exit: "before Deno.exit()",
  kill: "before it is killed",
  compute: "before it computes",
};

for (const [what, { call, known }] of Object.entries(WORDS)) {
  for (const [then, end] of Object.entries(ENDS)) {
    Deno.test(`${call} at a hub is done though it comes right ${end}`, async () => {
      const { code, stdout, stderr } = await runProgram(
        `${what} ${then}`,
        ["run", ...FLAGS, FIXTURE, what, then],
        { timeout: 60 },
      );
      assertEquals([code, stderr, stdout.trim()], [0, "", known]);
    });
  }
}
