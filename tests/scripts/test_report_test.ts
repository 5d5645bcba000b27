import { assertEquals } from "@std/assert";
import { TestReport } from "../../scripts/test_report.ts";

const FIRST = `running 2 tests from ./tests/a_test.ts
a goes ... ok (2ms)
a says ...
------- output -------
b goes ... ok, it says
----- output end -----
a says ... ok (1s)
`;
const SECOND = `running 3 tests from ./tests/b_test.ts
b goes ...
  step ... ok (1ms)
b goes ... ok (12ms)
b fails ... \x1b[31mFAILED\x1b[0m (3ms)
b is late ...`;
const END = ` ok (5ms)

 ERRORS 

b fails => ./tests/b_test.ts:7:6
error: AssertionError: it is not

./tests/b_test.ts (uncaught error)
error: (in promise) Error: nobody waits

\x1b[1m FAILURES \x1b[0m

b fails => ./tests/b_test.ts:7:6
./tests/b_test.ts (uncaught error)

FAILED | 4 passed (1 step) | 2 failed | 2 ignored (30s)

`;

function read(...texts: string[]) {
  const printed: string[] = [];
  const report = new TestReport((text) => printed.push(text));
  for (const line of texts.join("").split("\n")) report.add(line);
  return { report, printed };
}

Deno.test("TestReport lets the output of a file through once the next begins", () => {
  const { report, printed } = read(FIRST, SECOND);
  assertEquals(printed, [FIRST]);
  report.flush();
  assertEquals(printed, [FIRST, `${SECOND}\n`]);
});

Deno.test("TestReport has what deno test counted, and what failed", () => {
  const { report } = read(FIRST, SECOND, END);
  assertEquals(report.isWhole, true);
  assertEquals(report.counts, { passed: 4, failed: 2, ignored: 2 });
  assertEquals(report.failures, [
    "b fails => ./tests/b_test.ts:7:6",
    "./tests/b_test.ts (uncaught error)",
  ]);
  assertEquals(
    report.errors,
    `b fails => ./tests/b_test.ts:7:6
error: AssertionError: it is not

./tests/b_test.ts (uncaught error)
error: (in promise) Error: nobody waits`,
  );
});

Deno.test("TestReport of a run that was cut short has what passed and failed by then", () => {
  const { report } = read(FIRST, SECOND);
  report.flush();
  assertEquals(report.isWhole, false);
  assertEquals(report.counts, { passed: 3, failed: 1, ignored: 0 });
});

Deno.test("TestReport knows why tests were left out", () => {
  const { report } = read(
    "a [left out: it cannot be] ... \x1b[33mignored\x1b[0m (0ms)\n",
    "b ... ignored (0ms)\n",
    "c [left out: it cannot be] ... ignored (0ms)\n",
    "d says [left out: no] ... ok (1ms)\n",
  );
  assertEquals(report.leftOut, ["it cannot be", "it cannot be"]);
});
