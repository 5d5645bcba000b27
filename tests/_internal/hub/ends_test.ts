import { assertEquals } from "@std/assert";
import { runProgram } from "../../run_program.ts";

const FIXTURE = new URL("./ends.ts", import.meta.url).pathname;
const OUTLIVES =
  new URL("../../fixtures/hub/outlives.ts", import.meta.url).pathname;

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

Deno.test("Manager of a child ends with the hub, and the child goes on", async () => {
  const flags = ["--no-prompt", "--no-check", "--allow-all", "--deny-ffi"];
  const { signal, stdout, stderr } = await runProgram(
    "outlives.ts",
    ["run", ...flags, OUTLIVES],
  );
  assertEquals([signal, stderr], ["SIGKILL", ""]);
  assertEquals(stdout.replace(/pid \d+/, "pid").trim().split("\n"), [
    "Cannot call wait() of EventProxy: the manager own (pid) cannot be reached: the hub of this program has ended",
    "Cannot call size() of DictProxy: the manager cannot be reached: the hub of this program has ended",
    "went on",
  ]);
});
