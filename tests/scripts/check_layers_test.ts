import { assertEquals } from "@std/assert";
import { checkLayers } from "../../scripts/check_layers.ts";

/** Checks a tree made of `files` and returns its breaches as `path:line rule`. */
async function check(files: Record<string, string>): Promise<string[]> {
  const root = await Deno.makeTempDir();
  try {
    for (const [path, text] of Object.entries(files)) {
      const folder = `${root}/${path}`.replace(/\/[^/]*$/, "");
      await Deno.mkdir(folder, { recursive: true });
      await Deno.writeTextFile(`${root}/${path}`, text);
    }
    const { breaches, fileCount } = await checkLayers(root);
    assertEquals(fileCount, Object.keys(files).length);
    return breaches.map(({ path, line, rule }) => `${path}:${line} ${rule}`);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("checkLayers() finds nothing in a tree as it should be", async () => {
  const breaches = await check({
    "mod.ts": 'export * from "./queue/mod.ts";\n',
    "_internal/codec/mod.ts": 'export * from "./codec.ts";\n',
    "_internal/codec/codec.ts": 'import { Buffer } from "node:buffer";\n',
    "_internal/parking/park.ts":
      'import { encode } from "../codec/mod.ts";\nAtomics.wait(words, 0, 0);\n' +
      "memory.sleepSync(0, 0, 1);\n",
    "_internal/launch/launch.ts":
      'const url = new URL("./_process_entry.ts", import.meta.url);\n' +
      "new Worker(url);\nnew Deno.Command(path);\n",
    "_internal/launch/_process_entry.ts":
      'import { decode } from "../codec/mod.ts";\n',
    "queue/mod.ts": 'export { Queue } from "./queue.ts";\n',
    "queue/queue.ts": [
      'import { deadline } from "@std/async/deadline";',
      'import type { Lock } from "../sync/mod.ts";',
      'import { encode } from "../_internal/codec/mod.ts";',
      "// Atomics.notify() is for others, and so is new Worker().",
      'const text = "new Worker, Deno.Command";',
    ].join("\n"),
    "sync/mod.ts": "",
    "examples/08_queue.ts":
      'import { Queue } from "@parallel/multiprocessing/queue";\n',
    "bench/queue_bench.ts":
      'import { Queue } from "@parallel/multiprocessing";\nnew Worker(url);\n',
    "tests/queue/queue_test.ts":
      'import { Queue } from "@parallel/multiprocessing";\n' +
      'import { encode } from "../../_internal/codec/mod.ts";\n',
    "tests/_internal/codec/codec_test.ts":
      'import { encode } from "../../../_internal/codec/codec.ts";\n',
  });
  assertEquals(breaches, []);
});

Deno.test("checkLayers() reports imports that point up or sideways", async () => {
  const breaches = await check({
    "_internal/codec/codec.ts":
      'import type { Memory } from "../memory/mod.ts";\n',
    "_internal/memory/memory.ts": [
      "import {",
      "  Queue,",
      '} from "../../queue/mod.ts";',
      'const pool = await import("../../pool/mod.ts");',
      'type Launch = typeof import("../launch/mod.ts");',
    ].join("\n"),
    "pipe/pipe.ts": 'export { Lock } from "../sync/mod.ts";\n',
    "queue/queue.ts": 'import "../mod.ts";\n',
  });
  assertEquals(breaches, [
    "_internal/codec/codec.ts:1 layer",
    "_internal/memory/memory.ts:3 layer",
    "_internal/memory/memory.ts:4 layer",
    "_internal/memory/memory.ts:5 layer",
    "pipe/pipe.ts:1 layer",
    "queue/queue.ts:1 layer",
  ]);
});

Deno.test("checkLayers() reports folders that stand in no layer", async () => {
  const breaches = await check({
    "_internal/errors.ts": "",
    "_internal/clock/mod.ts": "",
  });
  assertEquals(breaches, [
    "_internal/clock/mod.ts:1 layer",
    "_internal/errors.ts:1 layer",
  ]);
});

Deno.test("checkLayers() reports imports that pass by a door", async () => {
  const breaches = await check({
    "queue/queue.ts": 'import { Lock } from "../sync/lock.ts";\n',
    "mod.ts": 'export { Queue } from "./queue/queue.ts";\n',
    "tests/queue/queue_test.ts":
      'import { encode } from "../../_internal/codec/codec.ts";\n',
  });
  assertEquals(breaches, [
    "mod.ts:1 door",
    "queue/queue.ts:1 door",
    "tests/queue/queue_test.ts:1 door",
  ]);
});

Deno.test("checkLayers() reports imports of an entry module", async () => {
  const breaches = await check({
    "_internal/launch/launch.ts": [
      'import "./_process_entry.ts";',
      'import type { Boot } from "./_process_entry.ts";',
      'await import("./_process_entry.ts");',
    ].join("\n"),
    "tests/_internal/launch/launch_test.ts":
      'import "../../../_internal/launch/_process_entry.ts";\n',
  });
  assertEquals(breaches, [
    "_internal/launch/launch.ts:1 entry",
    "_internal/launch/launch.ts:2 entry",
    "tests/_internal/launch/launch_test.ts:1 entry",
  ]);
});

Deno.test("checkLayers() reports dependencies that the library may not have", async () => {
  const breaches = await check({
    "queue/queue.ts": [
      'import { walk } from "@std/fs";',
      'import { assert } from "jsr:@std/assert";',
      'import ioredis from "npm:ioredis";',
      'import "https://example.com/mod.ts";',
      'import { Pipe } from "@parallel/multiprocessing/pipe";',
      'import { clean } from "../tests/clean.ts";',
      'import { AssertionError } from "@std/assertion";',
      'import { assert } from "@std/assert";',
    ].join("\n"),
  });
  assertEquals(
    breaches,
    [1, 2, 3, 4, 5, 6, 7, 8].map((line) => `queue/queue.ts:${line} dependency`),
  );
});

Deno.test("checkLayers() reports imports of all of a package, but of @std/assert by tests", async () => {
  const whole = ["async", "path", "testing"]
    .map((name) => `import {} from "@std/${name}";\n`).join("");
  const breaches = await check({
    "_internal/codec/codec.ts": whole,
    "scripts/clean.ts": 'import { join } from "@std/path/join";\n',
    "tests/clean_test.ts": `${whole}import { assert } from "@std/assert";\n`,
  });
  assertEquals(
    breaches,
    ["_internal/codec/codec.ts", "tests/clean_test.ts"].flatMap((path) =>
      [1, 2, 3].map((line) => `${path}:${line} dependency`)
    ),
  );
});

Deno.test("checkLayers() reports what starts processes by Node outside of _internal", async () => {
  const starts = [
    'import { spawn } from "node:child_process";',
    'import { Worker } from "node:worker_threads";',
    'const cluster = await import("node:cluster");',
  ].join("\n");
  const breaches = await check({
    "_internal/launch/launch.ts": starts,
    "bench/start_bench.ts": starts,
    "examples/01_ten.ts": starts,
    "process/process.ts": starts,
    "tests/process/process_test.ts": starts,
  });
  assertEquals(
    breaches,
    ["examples/01_ten.ts", "process/process.ts"].flatMap((path) =>
      [1, 2, 3].map((line) => `${path}:${line} internal-only`)
    ),
  );
});

Deno.test("checkLayers() reports what only _internal may do", async () => {
  const breaches = await check({
    "process/process.ts": [
      "const worker = new Worker(url);",
      "new Deno.Command(Deno.execPath());",
      "const { symbols } = Deno",
      "  .dlopen(path, {});",
      "Atomics.wait(words, 0, 0);",
      "await Atomics.waitAsync(words, 0, 0).value;",
      "const text = `${Atomics.notify(words, 0)} woken`;",
      "Atomics.add(words, 0, 1);",
      "memory.sleepSync(word, 0, 1);",
    ].join("\n"),
    "examples/01_ten.ts": "new Worker(url);\n",
  });
  assertEquals(breaches, [
    "examples/01_ten.ts:1 internal-only",
    "process/process.ts:1 internal-only",
    "process/process.ts:2 internal-only",
    "process/process.ts:3 internal-only",
    "process/process.ts:5 internal-only",
    "process/process.ts:6 internal-only",
    "process/process.ts:7 internal-only",
    "process/process.ts:9 internal-only",
  ]);
});

Deno.test("checkLayers() reports imports of the library by path", async () => {
  const breaches = await check({
    "bench/queue_bench.ts":
      'import { ring } from "../_internal/channel/mod.ts";\n',
    "examples/08_queue.ts": 'import { Queue } from "../queue/mod.ts";\n',
    "tests/queue/queue_test.ts": 'import { Queue } from "../../mod.ts";\n',
    "tests/pipe/pipe_test.ts": 'import { Pipe } from "../../pipe/mod.ts";\n',
  });
  assertEquals(breaches, [
    "bench/queue_bench.ts:1 public-name",
    "examples/08_queue.ts:1 public-name",
  ]);
});

Deno.test("checkLayers() reports names without a subject", async () => {
  const breaches = await check({
    "queue/_helpers.ts": "",
    "scripts/utils.ts": "",
    "sync/types.ts": "",
    "tests/common/clean.ts": "",
  });
  assertEquals(breaches, [
    "queue/_helpers.ts:1 name",
    "scripts/utils.ts:1 name",
    "sync/types.ts:1 name",
    "tests/common/clean.ts:1 name",
  ]);
});

Deno.test("checkLayers() reports sources of more than 400 lines, except tests and bench", async () => {
  const breaches = await check({
    "bench/long_bench.ts": "\n".repeat(401),
    "queue/long.ts": "\n".repeat(401),
    "queue/longest_allowed.ts": "\n".repeat(400),
    "tests/long_test.ts": "\n".repeat(401),
  });
  assertEquals(breaches, ["queue/long.ts:401 length"]);
});

Deno.test("checkLayers() reports a source that it cannot read", async () => {
  const breaches = await check({ "queue/queue.ts": 'const text = "no end;\n' });
  assertEquals(breaches, ["queue/queue.ts:1 syntax"]);
});
