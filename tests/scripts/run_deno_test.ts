import { assertEquals } from "@std/assert";
import { runDeno } from "../../scripts/run_deno.ts";
import { findStdSource } from "../../scripts/std_source.ts";

Deno.test("runDeno() returns the exit code and both outputs", async () => {
  const program = 'console.log("a"); console.error("b"); Deno.exit(3);';
  const { code, output } = await runDeno(["eval", program], { capture: true });
  assertEquals(code, 3);
  assertEquals(output.trim().split("\n").sort(), ["a", "b"]);
});

Deno.test("runDeno() hands its choice of @std down, and what else it is given", async () => {
  const { source } = await findStdSource();
  const program =
    'console.log(Deno.env.get("MULTIPROCESSING_STD"), Deno.env.get("EXTRA"));';
  const { output } = await runDeno(["eval", program], {
    capture: true,
    env: { EXTRA: "1" },
  });
  assertEquals(output, `${source} 1\n`);
});
