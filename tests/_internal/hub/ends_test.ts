import { assertEquals } from "@std/assert";
import { runProgram } from "../../run_program.ts";

const FIXTURE = new URL("./ends.ts", import.meta.url).pathname;

async function run(role: string): Promise<string[]> {
  const flags = ["--no-prompt", "--no-check", "--allow-all", "--deny-ffi"];
  const { code, stdout, stderr } = await runProgram(
    role,
    ["run", ...flags, FIXTURE, role],
    { timeout: 180 },
  );
  assertEquals([code, stderr], [0, ""]);
  return stdout.trim().split("\n");
}

Deno.test("Intake.catchUp() takes in all that its lane has at a hub, in order", async () => {
  assertEquals(await run("caughtUp"), [
    "caught up true true",
    "caught up true true",
    "caught up true true",
    "caught up true true",
    "end true unordered 0",
    "exit code 0",
  ]);
});

Deno.test("Hub cuts a client off that is said to have ended, and is silent", async () => {
  assertEquals(await run("cutOff"), [
    "has come",
    "Cannot call Lock.acquire(): the hub of this program has ended",
    "exit code 0",
  ]);
});
