import type { TestCounts } from "./test_report.ts";

/** How one `deno test` went. */
export interface TestRun {
  name: string;
  /** Its exit code. */
  code: number;
  /** Whether it came to its end. */
  isWhole: boolean;
  counts: TestCounts;
}

/** How all went together. */
export interface Verdict {
  isGood: boolean;
  /** The tests of all runs; what is wrong with a run itself counts as one that failed. */
  counts: TestCounts;
  /** What is wrong beside the tests that failed. */
  problems: string[];
}

/**
 * Judges a test run.
 *
 * @param runs How each `deno test` went.
 * @param notBegun The names of those that were to run and did not.
 */
export function verdict(
  runs: readonly TestRun[],
  notBegun: readonly string[] = [],
): Verdict {
  const problems = [
    ...runs.flatMap(problemsOf),
    ...notBegun.map((name) => `${name} has not begun`),
  ];
  const counts = { passed: 0, failed: problems.length, ignored: 0 };
  for (const { counts: { passed, failed, ignored } } of runs) {
    counts.passed += passed;
    counts.failed += failed;
    counts.ignored += ignored;
  }
  return {
    isGood: counts.failed === 0 && counts.passed > 0,
    counts,
    problems,
  };
}

function problemsOf({ name, code, isWhole, counts }: TestRun): string[] {
  // It fails for tests that failed. For anything else, as a `Deno.test.only()`, nobody else says so.
  if (!isWhole || code !== 0 && counts.failed === 0) {
    return [`${name} ended with exit code ${code}`];
  }
  return counts.passed + counts.failed + counts.ignored === 0
    ? [`${name} has no tests`]
    : [];
}
