// What a child may do, and what a program must be allowed to start one.

import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { leaveNoProcess, runWell } from "./run_fixture.ts";
import { sharedTest } from "../shared_memory.ts";

leaveNoProcess();

const run = `--allow-run=${Deno.execPath()}`;
const LIBRARY = fileURLToPath(new URL("../../", import.meta.url));
const MODULE = new URL("../../process/mod.ts", import.meta.url).href;
const POOLS = new URL("../../pool/mod.ts", import.meta.url).href;
const nothing = {
  read: "prompt",
  write: "prompt",
  net: "prompt",
  env: "prompt",
  sys: "prompt",
  run: "prompt",
  ffi: "prompt",
};

async function states(request: unknown, permissions: string[]) {
  const command = `permissions.ts states ${JSON.stringify(request)}`;
  const [line, end, ...rest] = await runWell(command, { permissions });
  assertEquals([end, rest], ["exit code: 0", []]);
  return JSON.parse(line);
}

sharedTest(
  "permission",
  'Process permissions "inherit" are those of the parent',
  async () => {
    assertEquals(await states("inherit", [run, "--allow-env", "--allow-ffi"]), {
      ...nothing,
      env: "granted",
      ffi: "granted",
    });
  },
);

Deno.test('Process permissions "none" are none', async () => {
  assertEquals(await states("none", ["--allow-all"]), nothing);
});

Deno.test("Process permissions of an object are what it names", async () => {
  assertEquals(
    await states({ env: true, net: "inherit", sys: ["hostname"] }, [
      "--allow-all",
    ]),
    { ...nothing, env: "granted", net: "granted" },
  );
});

Deno.test("Process permissions beyond those of the parent are an error", async () => {
  const lines = await runWell('permissions.ts add {"write":true}', {
    permissions: [run, "--allow-ffi"],
  });
  assertEquals(lines, [
    "NotCapable: Cannot start Process-1: permissions.write is true, but this program may not write to everything itself",
  ]);
});

Deno.test("Process permissions that are none are a TypeError", async () => {
  const lines = await runWell('permissions.ts add {"fly":true}');
  assertEquals(lines, [
    "TypeError: Cannot create process: permissions.fly is no permission of Deno",
  ]);
});

Deno.test("Process.start() without run permission names the flag", async () => {
  const lines = await runWell("permissions.ts add", {
    permissions: ["--allow-ffi"],
  });
  assertEquals(lines, [
    `NotCapable: Cannot start Process-1: no permission to run Deno; add ${run}`,
  ]);
});

Deno.test('Process with permissions "none" gets plain arguments and cannot read', async () => {
  for (const permissions of [[run], [run, "--allow-ffi"], ["--allow-all"]]) {
    assertEquals(
      await runWell('permissions.ts add "none"', { permissions }),
      ["42", "exit code: 0"],
    );
    assertEquals(
      await runWell('permissions.ts read "none"', { permissions }),
      ["NotCapable", "exit code: 0"],
    );
  }
});

Deno.test("Process without --allow-ffi gets plain arguments", async () => {
  assertEquals(await runWell("permissions.ts add", { permissions: [run] }), [
    "42",
    "exit code: 0",
  ]);
});

sharedTest("permission", "Process with --allow-ffi gets a Queue", async () => {
  assertEquals(
    await runWell("permissions.ts queue", {
      permissions: [run, "--allow-ffi"],
    }),
    ["exit code: 0", "put by the child"],
  );
});

Deno.test("Process without --allow-ffi gets a Queue over a socket", async () => {
  for (const child of ["", ' "none"']) {
    assertEquals(
      await runWell(`permissions.ts queue${child}`, {
        permissions: [run, "--allow-net=127.0.0.1", `--allow-read=${LIBRARY}`],
      }),
      ["exit code: 0", "put by the child"],
    );
  }
});

Deno.test("Process is let in nowhere where its parent may not connect", async () => {
  for (const net of ["--allow-net", "--allow-net=127.0.0.1"]) {
    for (const child of ["", ' "none"']) {
      assertEquals(
        await runWell(`permissions.ts queue${child}`, {
          permissions: [
            run,
            net,
            "--deny-net=127.0.0.1",
            `--allow-read=${LIBRARY}`,
          ],
        }),
        [
          "NotCapable: Cannot start Process-1: processes share objects over a socket here, which needs --allow-net=127.0.0.1, or else --allow-ffi",
        ],
      );
    }
  }
});

Deno.test("Process keeps what it may connect to, and so a thread of it reaches the hub", async () => {
  const permissions = [run, `--allow-read=${LIBRARY}`];
  const reached = (net: string) => [
    `b.com ${net}`,
    "thread 0",
    "exit code: 0",
    "put by the child",
  ];
  assertEquals(
    await Promise.all(
      ["--allow-net=127.0.0.1", "--allow-net --deny-net=a.com"].map((net) =>
        runWell("permissions.ts thread", {
          permissions: [...permissions, ...net.split(" ")],
        })
      ),
    ),
    [reached("prompt"), reached("granted")],
  );
  const request = JSON.stringify({ read: [LIBRARY] });
  assertEquals(
    await runWell(`permissions.ts thread ${request}`, {
      permissions: [...permissions, "--allow-net"],
    }),
    [
      "b.com prompt",
      "NotCapable: Cannot start Thread-1: what it is handed is at the hub of another process, which a thread reaches only with --allow-net=127.0.0.1",
      "exit code: 0",
      "put by the child",
    ],
  );
});

Deno.test("Process handed a Queue says what it needs that neither --allow-ffi nor a socket is there for", async () => {
  assertEquals(
    await runWell("permissions.ts queue", { permissions: [run] }),
    [
      "NotCapable: Cannot start Process-1: processes share objects over a socket here, which needs --allow-net=127.0.0.1 and --allow-read, or else --allow-ffi",
    ],
  );
});

sharedTest(
  "permission",
  'Process with permissions "none" handed a Queue is a TypeError that says so',
  async () => {
    assertEquals(
      await runWell('permissions.ts queue "none"', {
        permissions: [run, "--allow-ffi"],
      }),
      [
        "TypeError: Cannot send args[0]: a Queue is of no use in a process without --allow-ffi; give it by permissions: { ffi: true }",
      ],
    );
  },
);

Deno.test("Thread.start() without permission to read names the flag", async () => {
  const source = `
import { Thread } from ${JSON.stringify(MODULE)};
import { ThreadPool } from ${JSON.stringify(POOLS)};
for (const start of [() => new Thread().start(), () => new ThreadPool(1)]) {
  try {
    start();
  } catch (error) {
    console.log(String(error));
  }
}`;
  const lines = await runWell(
    `data:text/javascript,${encodeURIComponent(source)}`,
    { permissions: [] },
  );
  assertEquals(
    lines,
    ["Thread-1", "PoolWorker-1"].map((name) =>
      `NotCapable: Cannot start ${name}: a thread reads its modules, which needs --allow-read`
    ),
  );
});
