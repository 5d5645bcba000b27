import { assert } from "@std/assert";
import { runWell } from "../../process/run_fixture.ts";

Deno.test("breathe() keeps no memory, however often it lets the event loop turn", async () => {
  const [line] = await runWell("../messages/breathes.ts", {
    flags: ["--v8-flags=--expose-gc"],
  });
  const growth = Number(line);
  // A channel that stays open, of one of 5000 turns, is 5 KiB.
  assert(growth < 8, `it grew by ${growth} MiB`);
});
