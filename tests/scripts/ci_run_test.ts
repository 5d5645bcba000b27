import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { testUnless } from "../left_out.ts";
import { ROOT } from "../../scripts/std_source.ts";

/** How a task of the gate goes: what it prints, and its exit code. */
type Task = readonly [output: string, code: number];

const STATIC: Task = ["format\nlint\nok\n", 0];
const SUMMARY = "ok | 12 passed (3 steps) | 0 failed | 2 ignored (4s)\n";

/** Runs `.ci/run` with a `deno` that does nothing but what is said here; gives its last line. */
async function run(tests: Task, gate = STATIC): Promise<[string, number]> {
  const folder = await Deno.makeTempDir();
  try {
    const script = [
      "#!/bin/sh",
      'case "$*" in',
      ...[
        ["--version", ["deno\n", 0]],
        ["task ok:static", gate],
        ["task test --no-check", tests],
      ].map(([args, [output, code]]) =>
        `"${args}") printf %s '${output}'; exit ${code};;`
      ),
      "*) exit 99;;",
      "esac",
    ];
    await Deno.writeTextFile(`${folder}/deno`, script.join("\n"));
    await Deno.chmod(`${folder}/deno`, 0o755);
    const { code, stdout } = await new Deno.Command("bash", {
      args: [fileURLToPath(new URL(".ci/run", ROOT))],
      env: { PATH: `${folder}:${Deno.env.get("PATH")}` },
      stdin: "null",
    }).output();
    const lines = new TextDecoder().decode(stdout).trimEnd().split("\n");
    return [lines.at(-1)!, code];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** One that says what `.ci/run` must make of how its tasks go. */
function ciTest(
  name: string,
  expected: readonly [line: string, code: number],
  tests: Task,
  gate?: Task,
): void {
  testUnless(
    Deno.build.os === "windows" ? "Windows has no bash" : undefined,
    `.ci/run ${name}`,
    async () => assertEquals(await run(tests, gate), [...expected]),
  );
}

ciTest("succeeds if all pass", ["12 passed, 0 failed", 0], [SUMMARY, 0]);

ciTest("counts the tests that failed", ["9 passed, 3 failed", 1], [
  `${SUMMARY}FAILED | 9 passed | 3 failed (4s)\n`,
  1,
]);

ciTest("fails with tests that failed, whatever they end with", [
  "9 passed, 3 failed",
  1,
], ["FAILED | 9 passed | 3 failed (4s)\n", 0]);

for (const code of [1, 124, 137]) {
  ciTest(`counts tests that end with ${code} as one that failed`, [
    "12 passed, 1 failed",
    1,
  ], [SUMMARY, code]);
}

ciTest("counts tests that do not come to their end as one that failed", [
  "0 passed, 1 failed",
  1,
], ["a ... ok (1ms)\n", 143]);

ciTest("fails with tests that do not say how many there were", [
  "0 passed, 1 failed",
  1,
], ["a ... ok (1ms)\n", 0]);

ciTest("fails with tests of which none ran", ["0 passed, 1 failed", 1], [
  "ok | 0 passed | 0 failed | 4 ignored (4s)\n",
  0,
]);

ciTest(
  "counts a gate that is shut as one that failed",
  [
    "12 passed, 1 failed",
    1,
  ],
  [SUMMARY, 0],
  ["format\nFailed: format\n", 1],
);
