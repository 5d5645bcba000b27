// What Ctrl-C does: to the program alone, and to all its processes as a terminal sends it.

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { ProgramRun, RunningProgram } from "../run_program.ts";
import { sharedTest } from "../shared_memory.ts";
import { readSystemFile } from "../system_files.ts";
import { leaveNoProcess, startFixture } from "./run_fixture.ts";

leaveNoProcess();

async function start(what: string): Promise<RunningProgram> {
  const program = startFixture(`interrupted.ts ${what}`, {
    detached: true,
  });
  await program.printed("ready");
  return program;
}

/** Sends Ctrl-C and waits for the end of all processes. */
async function interrupt(
  program: RunningProgram,
  to: "program" | "group",
): Promise<ProgramRun> {
  program.signal("SIGINT", to);
  return await program.ended();
}

for (const to of ["program", "group"] as const) {
  sharedTest(
    "interrupt",
    `Ctrl-C to the ${to} ends it, its children and grandchildren`,
    async () => {
      await using program = await start("waits");
      assertEquals(program.processes().length, 5);
      const { signal, stderr } = await interrupt(program, to);
      assertEquals(signal, "SIGINT");
      assertEquals(stderr, "Interrupted: ending 4 processes\n");
    },
  );

  for (
    const [who, what, ended] of [
      ["a single process that computes", "one", "1 process"],
      ["processes that listen to signals", "deaf", "1 process"],
      ["one that blocks in Queue.getSync()", "blocks", "4 processes"],
      [
        "one that blocks in thread memory",
        "blocks-in-thread-memory",
        "1 process",
      ],
      ["one that blocks briefly", "blocks-briefly", "1 process"],
    ]
  ) {
    sharedTest("interrupt", `Ctrl-C to the ${to} ends ${who}`, async () => {
      const { signal, stderr } = await interrupt(await start(what), to);
      assertEquals(signal, "SIGINT");
      assertEquals(stderr, `Interrupted: ending ${ended}\n`);
    });
  }

  for (
    const what of [
      "none-left",
      "none-left-by-interrupt",
      "none-left-by-kill",
      "none-left-of-thread",
    ]
  ) {
    Deno.test(`Ctrl-C to the ${to} says nothing if no process is left: ${what}`, async () => {
      const { signal, stderr } = await interrupt(await start(what), to);
      assertEquals([signal, stderr], ["SIGINT", ""]);
    });
  }

  for (const what of ["listens", "listens-later", "listens-by-node"]) {
    Deno.test(`Ctrl-C to the ${to} does what a listener of its own does: ${what}`, async () => {
      await using program = await start(what);
      program.signal("SIGINT", to);
      await program.printed("heard 1");
      if (to === "program") {
        const children = program.processes().filter((it) => it !== program.pid);
        assertEquals(children.length, 1);
        Deno.kill(children[0], "SIGKILL");
      }
      program.signal("SIGINT", "program");
      const { code, stdout, stderr } = await program.ended();
      assertEquals([code, stdout, stderr], [
        3,
        "ready\nheard 1\nheard 2\n",
        "",
      ]);
    });
  }
}

sharedTest(
  "interrupt",
  "Ctrl-C to the group counts those whose end has been seen before it is heard",
  async () => {
    const { signal, stderr } = await interrupt(
      await start("looks-first"),
      "group",
    );
    assertEquals(signal, "SIGINT");
    assertEquals(stderr, "Interrupted: ending 4 processes\n");
  },
);

sharedTest(
  "interrupt",
  "Ctrl-C to the group counts those whose end their parents have seen, too",
  async () => {
    await using program = await start("waits");
    for (const pid of program.processes()) {
      const isChild = [pid, parentOf(pid)].includes(program.pid);
      if (!isChild) Deno.kill(pid, "SIGINT");
    }
    while (program.processes().length > 3) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    // What has ended within the last second counts as ended by the same.
    const { signal, stderr } = await interrupt(program, "group");
    assertEquals(signal, "SIGINT");
    assertEquals(stderr, "Interrupted: ending 4 processes\n");
  },
);

for (
  const how of [
    "removes-itself",
    "removes-itself-early",
    "once",
    "prepended-once",
    "off",
    "once-before-the-library",
    "off-before-the-library",
    "removes-itself-before-the-library",
  ]
) {
  sharedTest(
    "interrupt",
    `Ctrl-C is heard by a listener that goes then, and only the next ends the program: ${how}`,
    async () => {
      await using program = startFixture(`hears_once.ts ${how}`, {
        detached: true,
      });
      await program.printed("ready");
      program.signal("SIGINT");
      await program.printed("answered");
      program.signal("SIGINT");
      const { signal, stdout, stderr } = await program.ended();
      assertEquals([signal, stdout, stderr], [
        "SIGINT",
        "ready\nheard\nanswered\n",
        "Interrupted: ending 1 process\n",
      ]);
    },
  );
}

for (
  const what of [
    "starts-late",
    "listens-no-more",
    "gives-up-ffi",
    "gives-up-ffi-and-shares-nothing",
    "gives-up-ffi-after-a-thread-has-started-one",
  ]
) {
  sharedTest(
    "interrupt",
    `Ctrl-C ends the processes of a program that ${what.replaceAll("-", " ")}`,
    async () => {
      const { signal, stderr } = await interrupt(await start(what), "program");
      assertEquals(signal, "SIGINT");
      assertEquals(stderr, "Interrupted: ending 1 process\n");
    },
  );
}

sharedTest(
  "interrupt",
  "Ctrl-C ends processes that are still starting",
  async () => {
    const { signal, stderr } = await (await start("starts")).ended();
    assertEquals(signal, "SIGINT");
    assertEquals(stderr, "Interrupted: ending 6 processes\n");
  },
);

for (
  const [what, which] of [
    ["thread", "a thread"],
    ["thread-of-blocked", "a thread of one that blocks"],
    ["thread-of-blocked-thread", "a thread of a thread that blocks"],
  ]
) {
  sharedTest(
    "interrupt",
    `Ctrl-C to the program ends a process that ${which} has started`,
    async () => {
      await using program = await start(what);
      const { signal, stderr } = await interrupt(program, "program");
      assertEquals(signal, "SIGINT");
      assertEquals(stderr, "Interrupted: ending 1 process\n");
    },
  );
}

sharedTest(
  "interrupt",
  "Ctrl-C ends a program that begins to listen only then",
  async () => {
    const { signal, stdout } = await (await start("listens-meanwhile")).ended();
    assertEquals([signal, stdout], ["SIGINT", "ready\n"]);
  },
);

sharedTest(
  "interrupt",
  "Ctrl-C ends a process that a thread starts at this moment",
  async () => {
    await using program = await start("thread-starts");
    const { signal, stderr } = await program.ended();
    assertEquals(signal, "SIGINT");
    // If it has not come up yet, it does not, and is not counted.
    assertMatch(stderr, /^(Interrupted: ending 1 process\n)?$/);
  },
);

for (const to of ["program", "group"] as const) {
  for (const what of ["manager", "calls", "stream", "thread"]) {
    sharedTest(
      "interrupt",
      `Ctrl-C to the ${to} lets no call of the program fail first: ${what}`,
      async () => {
        await using program = startFixture(`interrupted_calls.ts ${what}`, {
          detached: true,
        });
        await program.printed("ready");
        const { signal, stdout, stderr } = await interrupt(program, to);
        assertEquals([signal, stdout], ["SIGINT", "ready\n"]);
        assertMatch(stderr, /^Interrupted: ending \d process(es)?\n$/);
      },
    );
  }
}

function parentOf(pid: number): number {
  return Number(statusOf(pid, "PPid"));
}

/** Whether a program has a handler for SIGINT that has not been called. */
function catchesInterrupt(pid: number): boolean {
  return (BigInt(`0x${statusOf(pid, "SigCgt")}`) & 2n) !== 0n;
}

/** What the system says of a process under a name, a number. */
function statusOf(pid: number, name: string): string | undefined {
  const status = readSystemFile(`/proc/${pid}/status`);
  return new RegExp(`^${name}:\\s*([0-9a-f]+)`, "m").exec(status)?.[1];
}

sharedTest(
  "interrupt",
  "Ctrl-C twice ends a program that computes without a pause",
  async () => {
    await using program = await start("computes");
    program.signal("SIGINT", "group");
    // Two that come at once would count as one.
    while (catchesInterrupt(program.pid)) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert(program.processes().includes(program.pid));
    program.signal("SIGINT", "group");
    const { signal, stderr } = await program.ended();
    assertEquals(signal, "SIGINT");
    assertMatch(stderr, /^$/);
  },
);
