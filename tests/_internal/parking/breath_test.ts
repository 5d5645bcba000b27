import { assert } from "@std/assert";
import { runWell } from "../../process/run_fixture.ts";

Deno.test("breathe() keeps no memory, however often it lets the event loop turn", async () => {
  const [line] = await runWell("../messages/breathes.ts");
  const growth = Number(line);
  // A channel for each of 5000 turns is 5 KiB until it is collected, if ever.
  assert(growth < 3, `it grew by ${growth} MiB`);
});
