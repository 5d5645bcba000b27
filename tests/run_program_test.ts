import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { testUnless } from "./left_out.ts";
import { RunningProgram, runProgram } from "./run_program.ts";

const WAIT = "await new Promise((resolve) => setTimeout(resolve, 60_000));";

function evaluate(code: string, timeout: number, grace?: number) {
  return runProgram("a program", ["eval", code], { timeout, grace });
}

Deno.test("runProgram() gives what a program printed, its exit code and its time", async () => {
  const run = await evaluate(
    `console.log("out", Deno.pid); console.error("err"); Deno.exit(3);`,
    30,
  );
  assertEquals(run.code, 3);
  assertEquals(run.stdout, `out ${run.pid}\n`);
  assertEquals(run.stderr, "err\n");
  assertEquals(run.seconds > 0 && run.seconds < 30, true);
});

Deno.test("runProgram() kills a program that does not end, with all it started", async () => {
  const error = await assertRejects(
    () => evaluate(`${startChild("inherit")} console.log("on"); ${WAIT}`, 1),
    Error,
    "it still ran after 1 s and was killed",
  );
  assertStringIncludes(error.message, "--- stdout\non\n");
});

testUnless(
  Deno.build.os === "linux" ? undefined : "only Linux says what is left",
  "runProgram() fails if a program leaves a process behind",
  async () => {
    const error = await assertRejects(
      () => evaluate(`${startChild("null")} child.unref();`, 30, 500),
      Error,
      "left processes behind",
    );
    assertStringIncludes(error.message, "60_000");
  },
);

Deno.test("RunningProgram.printed() fails where the time of a program ends", async () => {
  const begin = performance.now();
  await using program = new RunningProgram(
    "a program",
    ["eval", `${startChild("inherit")} console.log("on"); ${WAIT}`],
    { timeout: 1 },
  );
  await program.printed("on");
  await assertRejects(
    () => program.printed("off"),
    Error,
    'a program has not printed "off" within 1 s, but:\non\n',
  );
  assertKilled(begin);
  await assertRejects(() => program.ended(), Error, "it still ran after 1 s");
});

Deno.test("RunningProgram is killed where it is disposed of, with all it started", async () => {
  const begin = performance.now();
  let program: RunningProgram;
  {
    await using running = program = new RunningProgram(
      "a program",
      ["eval", `${startChild("inherit")} console.log("on"); ${WAIT}`],
    );
    await running.printed("on");
  }
  assertKilled(begin);
  assertEquals(program.processes(), []);
  assertEquals((await program.ended()).signal, "SIGKILL");
});

/** That not even the child was waited for, which ends after a minute. */
function assertKilled(begin: number): void {
  assert(performance.now() - begin < 50_000);
}

/** Code that starts a child which waits for a minute. */
function startChild(stdio: "inherit" | "null"): string {
  return `const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", ${JSON.stringify(WAIT)}],
    stdin: "null", stdout: "${stdio}", stderr: "${stdio}",
  }).spawn();`;
}
