// What is printed of an error that nobody catches, and what becomes of the process or thread.

import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { FIXTURES, leaveNoProcess, runFixture } from "./run_fixture.ts";

leaveNoProcess();

/** Fails in a process or a thread; gives what is printed, without lines of the runtime. */
async function fail(kind: "Process" | "Thread", name: string): Promise<string> {
  const { code, stdout, stderr } = await runFixture(`fails.ts ${kind} ${name}`);
  assertEquals([code, stdout], [0, "exit code: 1\n"]);
  assertNotMatch(stderr, /_internal|_entry\.ts|import%7B/);
  assertMatch(stderr, new RegExp(`^${kind} ${kind}-1:\n`));
  return stderr
    .slice(`${kind} ${kind}-1:\n`.length)
    .replaceAll(FIXTURES.href, "")
    .replace(/\n *at [^\n]*\bext:[^\n]*/g, "")
    .replace(/:\d+:\d+/g, "");
}

for (const kind of ["Process", "Thread"] as const) {
  Deno.test(`${kind} whose target throws prints the error, its stack and its cause, once`, async () => {
    assertEquals(
      await fail(kind, "throws"),
      `Error: thrown
    at throws (fails.ts) {
  [cause]: TypeError: its cause
      at throws (fails.ts)
}
`,
    );
  });

  Deno.test(`${kind} prints no line of ours in causes and in errors of errors`, async () => {
    assertEquals(
      await fail(kind, "throwsDeeply"),
      `Error: outer
    at throwsDeeply (fails.ts) {
  [cause]: Error: middle
      at throwsDeeply (fails.ts) {
    [cause]: AggregateError: all
        at throwsDeeply (fails.ts) {
      [errors]: [
        Error: first
            at throwsDeeply (fails.ts),
        Error: second
            at throwsDeeply (fails.ts)
      ]
    }
  }
}
`,
    );
  });

  Deno.test(`${kind} whose target rejects prints the error`, async () => {
    assertEquals(
      await fail(kind, "rejects"),
      "Error: rejected\n    at rejects (fails.ts)\n",
    );
  });

  Deno.test(`${kind} that leaves a rejection without a handler prints it and exits with 1`, async () => {
    assertEquals(
      await fail(kind, "leavesRejection"),
      "Error: not handled\n    at leavesRejection (fails.ts)\n",
    );
    assertEquals(
      await fail(kind, "leavesRejectionAndIsBusy"),
      "Error: not handled\n    at leavesRejectionAndIsBusy (fails.ts)\n",
    );
    assertMatch(
      await fail(kind, "leavesRejectionForLater"),
      /^Error: not handled later\n {4}at .*\(fails\.ts\)\n$/,
    );
  });

  Deno.test(`${kind} with an error in a timer prints it and exits with 1`, async () => {
    assertMatch(
      await fail(kind, "throwsInTimer"),
      /^Error: in a timer\n {4}at .*\(fails\.ts\)\n$/,
    );
  });

  Deno.test(`${kind} that throws no error prints what it is`, async () => {
    assertEquals(
      await fail(kind, "throwsString"),
      'Uncaught "just a string"\n',
    );
  });

  Deno.test(`${kind} ends, though its error cannot be written`, async () => {
    const { code, stdout, stderr } = await runFixture(
      `fails.ts ${kind} throwsInVain`,
    );
    assertEquals([code, stdout, stderr], [0, "exit code: 1\n", ""]);
  });

  Deno.test(`${kind} ends, though its error throws when it is looked at`, async () => {
    assertEquals(
      await fail(kind, "throwsUnseeable"),
      "Uncaught error: it throws when it is looked at\n",
    );
  });

  Deno.test(`${kind} prints the properties of an error`, async () => {
    assertMatch(
      await fail(kind, "throwsCustom"),
      /^Custom: has properties\n {4}at throwsCustom \(fails\.ts\) \{\n[^]*code: 5\b[^]*\}\n$/,
    );
  });

  Deno.test(`${kind} may catch what is left by listeners of its own`, async () => {
    const { stdout, stderr } = await runFixture(`fails.ts ${kind} prevents`);
    assertEquals([stdout, stderr], ["exit code: 0\n", ""]);
  });

  Deno.test(`${kind} whose module throws prints that`, async () => {
    assertEquals(
      await fail(kind, "importFails"),
      "RangeError: not today\n    at fails_to_load.ts\n",
    );
  });

  Deno.test(`${kind} whose module is not there, or is wrong, prints that`, async () => {
    assertMatch(
      await fail(kind, "noModule"),
      /^TypeError: Module not found "no_module\.ts"/,
    );
    assertMatch(await fail(kind, "syntax"), /SyntaxError: /);
  });

  Deno.test(`${kind} with fromModule() of what is not exported says what is`, async () => {
    assertMatch(
      await fail(kind, "missing"),
      /^TypeError: Cannot find target "missing": no such export in fails\.ts \(its exports: leavesRejection, .*\)\n$/,
    );
    assertEquals(
      await fail(kind, "noFunction"),
      'TypeError: Cannot find target "url2": fails.ts exports it, but it is not a function\n',
    );
  });
}

Deno.test("Process in a process prints under its own name, before its parent", async () => {
  const { stderr } = await runFixture("fails.ts Process recurses");
  assertMatch(
    stderr,
    /^Process Process-1:1:\nError: thrown\n[^]*\nProcess Process-1:\nError: of the child\n/,
  );
});
