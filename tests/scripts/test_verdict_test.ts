import { assertEquals } from "@std/assert";
import { type TestRun, verdict } from "../../scripts/test_verdict.ts";

function run(run: Partial<TestRun>): TestRun {
  const counts = { passed: 3, failed: 0, ignored: 1 };
  return { name: "tests/a", code: 0, isWhole: true, counts, ...run };
}

Deno.test("verdict() is good if all that ran passed", () => {
  assertEquals(verdict([run({}), run({ name: "tests/b" })]), {
    isGood: true,
    counts: { passed: 6, failed: 0, ignored: 2 },
    problems: [],
  });
});

Deno.test("verdict() counts tests that failed, and finds no other fault with their run", () => {
  const counts = { passed: 2, failed: 2, ignored: 0 };
  assertEquals(verdict([run({}), run({ code: 1, counts })]), {
    isGood: false,
    counts: { passed: 5, failed: 2, ignored: 1 },
    problems: [],
  });
});

Deno.test("verdict() counts a run that was cut short as one that failed", () => {
  for (const code of [0, 1, 137]) {
    assertEquals(verdict([run({}), run({ code, isWhole: false })]), {
      isGood: false,
      counts: { passed: 6, failed: 1, ignored: 2 },
      problems: [`tests/a ended with exit code ${code}`],
    });
  }
});

Deno.test("verdict() finds fault with a run that failed without a test that did", () => {
  // As by a `Deno.test.only()`, or by what crashes after the last test.
  for (const code of [1, 139]) {
    assertEquals(verdict([run({}), run({ code })]), {
      isGood: false,
      counts: { passed: 6, failed: 1, ignored: 2 },
      problems: [`tests/a ended with exit code ${code}`],
    });
  }
});

Deno.test("verdict() finds fault with a run that has no tests", () => {
  const counts = { passed: 0, failed: 0, ignored: 0 };
  const { isGood, problems } = verdict([run({}), run({ counts })]);
  assertEquals(isGood, false);
  assertEquals(problems, ["tests/a has no tests"]);
});

Deno.test("verdict() accepts a run whose tests are all left out, beside others", () => {
  const leftOut = run({ counts: { passed: 0, failed: 0, ignored: 4 } });
  assertEquals(verdict([run({}), leftOut]).isGood, true);
  assertEquals(verdict([leftOut]).isGood, false);
  assertEquals(verdict([]).isGood, false);
});

Deno.test("verdict() counts what has not begun as failed", () => {
  assertEquals(verdict([run({})], ["tests/b", "documentation"]), {
    isGood: false,
    counts: { passed: 3, failed: 2, ignored: 1 },
    problems: ["tests/b has not begun", "documentation has not begun"],
  });
});
