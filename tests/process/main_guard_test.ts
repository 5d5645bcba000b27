// A module that starts processes while it is imported.

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
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

for (const kind of ["Process", "Thread"]) {
  Deno.test(`${kind}.start() without a main guard runs a target that seems to need its module and does not`, async () => {
    const { stdout, stderr, code } = await runFixture(
      `unguarded_inline.ts ${kind}`,
    );
    assertEquals({ stderr, code }, { stderr: "", code: 0 });
    assertEquals(stdout, "target runs\nexit code: 0\n");
  });
}

for (const kind of ["Process", "Thread"]) {
  Deno.test(`${kind}.start() without a main guard ends soon, however late it comes`, async () => {
    const { stdout, stderr } = await runFixture(`unguarded_later.ts ${kind} 1`);
    // In the parent, in its child, and in vain in the child of that.
    assertEquals(stdout, "starts others\n".repeat(3));
    const [child, grandchild] = kind === "Process"
      ? ["Process-1:1", "Process-1:1:1"]
      : ["Thread-2", "Thread-3"];
    assertStringIncludes(
      stderr,
      `${kind} ${child}:\nError: Cannot start ${grandchild}: no target or task does so, but a module that ${child} has imported, as in its parent.\n` +
        "Only the main program may start processes and threads.",
    );
  });

  Deno.test(`${kind}.start() without a main guard ends soon, whatever it starts`, async () => {
    const { stdout, stderr } = await runFixture(`unguarded_later.ts ${kind} 2`);
    assertStringIncludes(stderr, ": no target or task does so, but a module");
    // In the parent, its children, and theirs.
    assertEquals(stdout, "starts others\n".repeat(1 + 2 + 4));
  });

  Deno.test(`${kind}.start() lets a target start what it is itself`, async () => {
    const { stdout, stderr, code } = await runFixture(`recursive.ts ${kind}`);
    assertEquals({ stderr, code }, { stderr: "", code: 0 });
    assertEquals(stdout, "1 0 0\n1 0 0\n2 0 0\n");
  });
}
