// After CPython's _TestAtExit.

import { assertEquals } from "@std/assert";
import { leaveNothingBehind, testProcesses } from "./backends.ts";
import { runWell } from "./programs.ts";

leaveNothingBehind();

testProcesses("Process does at its end what was left for that", async () => {
  for (const [how, code] of [["returns", 0], ["exits", 3], ["throws", 1]]) {
    assertEquals(await runWell(`at_exit.ts ${how}`), [
      "done at the end",
      `${code}`,
    ]);
  }
});
