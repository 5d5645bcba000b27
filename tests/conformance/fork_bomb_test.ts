// After CPython's TestNoForkBomb.

import { assertEquals, assertMatch } from "@std/assert";
import { leaveNothingBehind, testProcesses } from "./backends.ts";
import { run } from "./programs.ts";

leaveNothingBehind();

testProcesses(
  "a program without a main guard starts one child, which fails and shows the guard",
  async () => {
    for (const [kind, name] of [["process", "Process"], ["thread", "Thread"]]) {
      const { code, stdout, stderr } = await run(`fork_bomb.ts ${kind}`);
      assertEquals([code, stdout], [1, ""]);
      assertMatch(
        stderr,
        new RegExp(
          `^${name} ${name}-1:\nError: Cannot start \\S+: ${name}-1 is still importing its modules\\.\n` +
            "Only the main program may start processes and threads\\. Guard its code with\n\n" +
            "    if \\(import\\.meta\\.main\\) \\{\n",
        ),
      );
      assertMatch(stderr, /Uncaught .*Error: the child ended with 1\n/);
      assertEquals(stderr.match(/Cannot start/g)?.length, 1);
    }
    const { code, stdout, stderr } = await run("fork_bomb_manager.ts");
    assertEquals([code, stdout], [1, "module runs\n".repeat(2)]);
    assertMatch(
      stderr,
      /Error: Cannot start Manager-1: Manager-1 is still importing its modules\.\nOnly the main program/,
    );
    assertMatch(stderr, /if \(import\.meta\.main\) \{\n/);
    assertEquals(stderr.match(/Cannot start/g)?.length, 1);
  },
);
