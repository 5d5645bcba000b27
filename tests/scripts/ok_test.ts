import { assertEquals } from "@std/assert";
import { runProgram } from "../run_program.ts";

const MODULE = new URL("../../scripts/ok.ts", import.meta.url).href;
const GOOD = { name: "good", args: ["eval", 'console.log("nobody reads it")'] };

/** Takes steps in a program, and gives how it went. */
async function take(...steps: { name: string; args: string[]; live?: true }[]) {
  const source = `import { takeSteps } from ${JSON.stringify(MODULE)};
Deno.exit(await takeSteps(${JSON.stringify(steps)}));`;
  const { code, stdout, stderr } = await runProgram("steps", [
    "eval",
    source,
  ]);
  return { code, stdout, stderr };
}

Deno.test("takeSteps() names each step, and says ok after the last", async () => {
  assertEquals(await take(GOOD, { ...GOOD, name: "too" }), {
    code: 0,
    stdout: "good\ntoo\nok\n",
    stderr: "",
  });
});

for (const live of [undefined, true] as const) {
  const how = live ? "whose output goes through" : "with its output";
  Deno.test(`takeSteps() stops at the first step that fails, ${how}`, async () => {
    const code = 'console.error("it is wrong"); Deno.exit(3)';
    const bad = { name: "bad", args: ["eval", code], live };
    assertEquals(await take(GOOD, bad, { ...GOOD, name: "never" }), {
      code: 1,
      stdout: "good\nbad\n",
      stderr: "it is wrong\nFailed: bad\n",
    });
  });
}
