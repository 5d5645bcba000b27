import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  type Circumstances,
  obstacleIn,
} from "../../../_internal/memory/obstacle.ts";

const MOD = new URL("../../../mod.ts", import.meta.url).href;
const MANY = 2n ** 64n - 1n;

function obstacle(circumstances: Partial<Circumstances> = {}) {
  return obstacleIn({
    pid: 7,
    fileLimit: MANY,
    procSelf: 7,
    isOpenToUser: true,
    ...circumstances,
  });
}

Deno.test("obstacleIn() finds what keeps children from the memory", () => {
  assertEquals(obstacle(), undefined);
  assertEquals(obstacle({ procSelf: undefined }), undefined);
  assertStringIncludes(obstacle({ fileLimit: 2n ** 37n })!, "ulimit -f");
  assertEquals(obstacle({ fileLimit: 2n ** 38n }), undefined);
  assertStringIncludes(obstacle({ procSelf: 8 })!, "another pid namespace");
  assertStringIncludes(obstacle({ isOpenToUser: false })!, "capabilities");
});

/** Makes a queue, and says how that went. */
const PROGRAM = `import { Queue } from ${JSON.stringify(MOD)};
  const PR_SET_DUMPABLE = 4;
  const { prctl } = Deno.dlopen("libc.so.6", {
    prctl: { parameters: ["i32", "u64"], result: "i32" },
  }).symbols;
  if (Deno.args[0] === "hidden") prctl(PR_SET_DUMPABLE, 0n);
  try {
    new Queue();
    console.log("made");
  } catch (error) {
    console.log(error.message);
  }`;

/** Runs that by a shell, which may change what it finds. */
async function run(script: string): Promise<string> {
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", script, Deno.execPath()],
    stdin: "null",
    stderr: "null",
    env: { PROGRAM: `data:text/javascript,${encodeURIComponent(PROGRAM)}` },
  }).output();
  return new TextDecoder().decode(stdout).trim();
}

/** Whether this process, and so who it starts, has the capability to look into any other. */
function maySeeAll(): boolean {
  const status = Deno.readTextFileSync("/proc/self/status");
  const [, effective] = /^CapEff:\s*(\w+)/m.exec(status)!;
  return (BigInt(`0x${effective}`) >> 19n & 1n) === 1n;
}

Deno.test({
  name: "a memory that cannot be is refused with one sentence",
  ignore: Deno.build.os !== "linux" ||
    Deno.permissions.querySync({ name: "ffi" }).state !== "granted",
  async fn() {
    const start = 'exec "$0" run -A "$PROGRAM"';
    assertEquals(await run(start), "made");
    assertStringIncludes(
      await run(`ulimit -f 1000000; ${start}`),
      "bytes is not to be had (ulimit -f?)",
    );
    const hidden = await run(`${start} hidden`);
    if (maySeeAll()) assertEquals(hidden, "made");
    else assertStringIncludes(hidden, "(setcap?)");
  },
});
