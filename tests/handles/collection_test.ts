// What garbage collection does to shared objects.

import { assertEquals } from "@std/assert";
import { findStdSource, stdFlags } from "../../scripts/std_source.ts";
import { runProgram } from "../run_program.ts";
import { sharedTest } from "../shared_memory.ts";

const FIXTURE = new URL("../fixtures/messages/collect.ts", import.meta.url);

async function collect(permissions: string[], ...args: string[]) {
  const { source } = await findStdSource();
  const { code, stdout, stderr } = await runProgram(
    args.join(" "),
    [
      "run",
      "--no-check",
      "--quiet",
      "--v8-flags=--expose-gc",
      "--allow-all",
      ...permissions,
      ...stdFlags(source),
      FIXTURE.href,
      ...args,
    ],
    { timeout: 60 },
  );
  assertEquals({ code, stdout, stderr }, {
    code: 0,
    stdout: "done\n",
    stderr: "",
  });
}

const CASES: Record<string, string> = {
  ends: "Connection that nobody has any more is closed",
  guards: "Lock stays for as long as a guard of it",
  waits: "Queue and Lock stay for as long as something waits",
  again: "Connection that comes back is not closed with what it was before",
  refused: "Connection and Queue leave no memory of what was not sent",
};

for (const [name, behaviour] of Object.entries(CASES)) {
  sharedTest("twice", behaviour, () => collect([], name));
  Deno.test(`${behaviour}, without --allow-ffi`, () =>
    collect(["--deny-ffi"], name));
}

Deno.test("Lock, Queue and Connection are given back after those they were handed to", () =>
  collect([], "handed"));

Deno.test("10000 locks and 1000 queues work, and are given back", () =>
  collect([], "many", "10000", "1000"));
