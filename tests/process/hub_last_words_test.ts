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

function test(name: string, what: string, then: string, known: string): void {
  Deno.test(name, async () => {
    const { code, stdout, stderr } = await runProgram(
      `${what} ${then}`,
      ["run", ...FLAGS, FIXTURE, what, then],
      { timeout: 60 },
    );
    assertEquals([code, stderr, stdout.trim()], [0, "", known]);
  });
}

for (const [what, { call, known }] of Object.entries(WORDS)) {
  for (const [then, end] of Object.entries(ENDS)) {
    const name = `${call} at a hub is done though it comes right ${end}`;
    test(name, what, then, known);
  }
}

test(
  "Barrier at a hub does not miss who ends well right after it has said something else",
  "leave",
  "exit",
  "not missed TimeoutError",
);

test(
  "Event.set() at a hub is done by who has given up the permission to connect again",
  "revoke",
  "return",
  "both set",
);

test(
  "Queue.put() at a hub is done though its process is killed with an answer unread",
  "put",
  "kill",
  "got 0,1,2,3,4,5",
);
