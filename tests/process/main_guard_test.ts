// A module that starts processes while it is imported.

import { assertEquals, assertMatch } from "@std/assert";
import { leaveNoProcess, runFixture } from "./run_fixture.ts";

leaveNoProcess();

for (const kind of ["Process", "Thread"]) {
  Deno.test(`${kind}.start() without a main guard fails in the child and shows the guard`, async () => {
    const { stdout, stderr, code } = await runFixture(`unguarded.ts ${kind}`);
    // The module runs in the parent and in one child, and nowhere else.
    assertEquals(stdout, "module runs\nmodule runs\nexit code: 1\n");
    assertEquals(code, 0);
    assertMatch(
      stderr,
      new RegExp(
        `^${kind} ${kind}-1:\nError: Cannot start (?:Process-1:1|Thread-2): ${kind}-1 is still importing its modules\\.\n` +
          "Only the main program may start processes and threads\\. Guard its code with\n\n" +
          "    if \\(import\\.meta\\.main\\) \\{\n      …\n    \\}",
      ),
    );
    assertEquals(stderr.match(/import\.meta\.main/g)?.length, 1);
  });
}
