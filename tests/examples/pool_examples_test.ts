// Runs the programs of `examples/` that have to do with pools, as `examples_test.ts` does the others.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { decodePng } from "./decode_png.ts";
import {
  type ExampleRun,
  runExample,
  runExampleBothWays,
  testEachWay,
  WAYS,
} from "./run_example.ts";

/** How long a task may take, until one does in which all five processes come up. */
const TASK_MS = [1_000, 4_000, 10_000];

Deno.test("Example 17: awaited calls run one after the other, in workers that take turns", async () => {
  const runs = await runBothWays("17_pool_apply.ts", ["400"]);
  for (const { stdout, seconds } of runs) {
    const lines = linesOf(stdout);
    assertEquals(lines.pop(), "end");
    const pids = lines.map(pidOf);
    assertEquals(pids.length, 10);
    assertEquals(new Set(pids).size, 5);
    assertEquals(pids.slice(5), pids.slice(0, 5));
    assert(seconds >= 4 && seconds < 45, `it took ${seconds} s`);
  }
});

Deno.test("Example 18: a program that does not join ends at once, and no task finishes", async () => {
  const runs = await runBothWays("18_pool_without_join.ts", ["20000"]);
  for (const { stdout, seconds } of runs) {
    assertEquals(stdout, "end\n");
    assert(seconds < 20, `it took ${seconds} s`);
  }
});

Deno.test("Example 19: a program that joins sees five tasks finish and then five more", async () => {
  for (const way of WAYS) {
    let pids: string[] = [];
    for (const ms of TASK_MS) {
      const { stdout, seconds } = wentWell(
        await runExample("19_pool_join.ts", { args: [`${ms}`], ...way }),
      );
      const [first, ...lines] = linesOf(stdout);
      assertEquals(first, "end");
      pids = lines.map(pidOf);
      assertEquals(pids.length, 10);
      const least = 2 * ms / 1000;
      assert(
        seconds >= least && seconds < least + 20,
        `${ms} ms, it took ${seconds} s`,
      );
      if (new Set(pids.slice(0, 5)).size === 5) break;
    }
    assertEquals(new Set(pids.slice(0, 5)).size, 5);
    assertEquals(new Set(pids).size, 5);
  }
});

Deno.test("Example 20: callbacks are called in the main program, each with a result", async () => {
  const runs = await runBothWays("20_pool_callback.ts", ["200"]);
  for (const { stdout, seconds, pid } of runs) {
    const lines = linesOf(stdout);
    assertEquals(lines[0], `end, in ${pid}`);
    const isCallback = (line: string) => line.startsWith("-->");
    const expected = Array.from(
      { length: 10 },
      (_, n) => `-->exec done: ${100 + n} in ${pid}`,
    );
    assertEquals(lines.filter(isCallback).sort(), expected);
    const workers = lines.slice(1).filter((line) => !isCallback(line));
    assertEquals(workers.length, 10);
    assert(workers.every((line) => pidOf(line) !== String(pid)));
    assert(seconds >= 0.4 && seconds < 30, `it took ${seconds} s`);
  }
});

Deno.test("Example 21: a pool counts what a single process does", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/in/.git`, { recursive: true });
    await Deno.writeTextFile(`${folder}/two.md`, "hello, world\n");
    await Deno.writeTextFile(`${folder}/in/four.txt`, "één, TWO; 3 drei vier");
    await Deno.writeTextFile(`${folder}/in/.git/none`, "not counted");
    const runs = await runExampleBothWays("21_count_words.ts", {
      args: [`${folder}/`],
    });
    for (const { stdout, stderr, code } of runs) {
      assertEquals(code, 0, stderr);
      assertMatch(stderr, /100 % +2\/2/);
      assertMatch(
        stdout,
        new RegExp(
          [
            `^2 files in ${folder}`,
            "alone: [\\d.]+ s",
            "\\d+ processes: [\\d.]+ s",
            "6 words in 36 bytes, compressed \\d+; most words:",
            ` +4  ${folder}/in/four.txt`,
            ` +2  ${folder}/two.md`,
            "the same result",
            "[\\d.]+ times as fast\n$",
          ].join("\n"),
        ),
      );
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

testEachWay(
  "Example 22: a pool paints a picture with many colours",
  async (way) => {
    const folder = await Deno.makeTempDir();
    try {
      const path = `${folder}/picture.png`;
      const { stdout, stderr, code } = await runExample("22_mandelbrot.ts", {
        args: [path, "320"],
        ...way,
      });
      assertEquals(code, 0, stderr);
      assertMatch(stderr, /100 % +240\/240/);
      assertMatch(stdout, /^320 × 240 pixels in [\d.]+ s: .+picture\.png\n$/);
      const { width, height, pixels } = await decodePng(
        await Deno.readFile(path),
      );
      assertEquals([width, height], [320, 240]);
      const colors = new Set<number>();
      for (let at = 0; at < pixels.length; at += 3) {
        colors.add(pixels[at] << 16 | pixels[at + 1] << 8 | pixels[at + 2]);
      }
      assert(colors.size > 1_000, `it has ${colors.size} colours`);
      // The set itself is black: its middle is, and the corners are not.
      const at = (x: number, y: number) =>
        pixels.slice((y * 320 + x) * 3).at(2);
      assertEquals(at(200, 120), 0);
      assert([at(0, 0), at(319, 0), at(0, 239), at(319, 239)].every(Boolean));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

/** Runs a program in both ways, which must succeed and complain about nothing. */
async function runBothWays(
  file: string,
  args: string[],
): Promise<ExampleRun[]> {
  return (await runExampleBothWays(file, { args })).map(wentWell);
}

function wentWell(run: ExampleRun): ExampleRun {
  assertEquals([run.stderr, run.code], ["", 0]);
  return run;
}

function linesOf(text: string): string[] {
  return text.replace(/\n$/, "").split("\n");
}

function pidOf(line: string): string {
  return /^in process (\d+)$/.exec(line)?.[1] ?? `no pid: ${line}`;
}
