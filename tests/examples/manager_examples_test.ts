// Runs the programs of `examples/` that have a manager, with and without memory that processes share.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { type ExampleOptions, runExample, testEachWay } from "./run_example.ts";

testEachWay(
  "Example 14: ten processes share a dictionary and a list",
  async (options) => {
    const { lists, map } = await runWithLists("14_manager.ts", options);
    assertMatch(
      map,
      /Map\(3\) \{ 1 => "1", "2" => 2, 0\.25 => null \}/,
    );
    assertEquals(lists.length, 11);
  },
);

testEachWay(
  "Example 15: ten processes add a key each, and the same to a list",
  async (options) => {
    const { lists, map } = await runWithLists("15_manager_pids.ts", options);
    assertMatch(map, /Map\(10\)/);
    const pids = Array.from(
      map.matchAll(/(\d+) => (\d+)/g),
      ([, key, value]) => {
        assertEquals(key, value);
        return Number(key);
      },
    );
    assertEquals(new Set(pids), new Set(lists.at(-1)!.slice(5)));
  },
);

testEachWay(
  "Example 23: two workers do the jobs of a board over TCP",
  async (options) => {
    const { stdout, stderr, code } = await runExample(
      "23_job_board.ts",
      options,
    );
    assertEquals(code, 0, stderr);
    const done = Array.from(
      stdout.matchAll(/^(ada|bob): (\d+) \* \d+ = (\d+)$/gm),
      ([, , job, square]) => [Number(job), Number(square)],
    );
    const expected = Array.from(
      { length: 20 },
      (_, n) => [n + 1, (n + 1) ** 2],
    );
    assertEquals(done.sort(([a], [b]) => a - b), expected);
    assertMatch(stdout, /^all jobs are done$/m);
    assertEquals(stderr, "");
  },
);

/** Runs a program that prints lists, in a line each, and a map. */
async function runWithLists(file: string, options: ExampleOptions) {
  const { stdout, stderr, code } = await runExample(file, options);
  assertEquals([code, stderr], [0, ""]);
  const lines = stdout.trimEnd().split("\n");
  const lists = lines.filter((line) => line.startsWith("["))
    .map((line) => JSON.parse(line) as number[]);
  const last = lists.at(-1)!;
  assertEquals(last.slice(0, 5), [0, 1, 2, 3, 4]);
  assertEquals([last.length, new Set(last).size], [15, 15]);
  for (const list of lists) {
    assert(list.length >= 6 && list.every((it, n) => it === last[n]));
  }
  return { lists, map: lines.filter((it) => !it.startsWith("[")).join(" ") };
}
