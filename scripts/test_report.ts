import { stripVTControlCharacters } from "node:util";

/** How many tests there were. */
export interface TestCounts {
  passed: number;
  failed: number;
  ignored: number;
}

const SUMMARY =
  /^(?:ok|FAILED) \| (\d+) passed.*? \| (\d+) failed(?: \| (\d+) ignored)?/;
const PASSED = /(?:^|\s)ok \([^)]+\)$/;
const FAILED = /(?:^|\s)FAILED \([^)]+\)$/;
const LEFT_OUT = /\[left out: ([^\]]+)\] \.\.\. ignored/;
const FAILURE = /^(?:.+ => \.\/.+:\d+:\d+|\.\/\S+ \(uncaught error\))$/;
const ERRORS = /^ ?ERRORS ?$/;
const FAILURES = /^ ?FAILURES ?$/;
const FIRST_OF_FILE = /^running \d+ tests? from /;

/**
 * Reads what a `deno test` prints, and lets it through by files: what several that run at once say
 * does not mix.
 */
export class TestReport {
  readonly #print: (text: string) => void;
  readonly #failures = new Set<string>();
  readonly #leftOut: string[] = [];
  readonly #errors: string[] = [];
  #isAtErrors = false;
  #lines: string[] = [];
  #passed = 0;
  #failed = 0;
  #total: TestCounts | undefined;

  constructor(print: (text: string) => void) {
    this.#print = print;
  }

  /** Adds a line that has been printed. */
  add(line: string): void {
    const plain = stripVTControlCharacters(line).trimEnd();
    if (FIRST_OF_FILE.test(plain)) this.flush();
    this.#lines.push(line);
    if (ERRORS.test(plain)) {
      this.#isAtErrors = true;
      return;
    }
    if (FAILURES.test(plain)) this.#isAtErrors = false;
    if (this.#isAtErrors) this.#errors.push(line);
    const [isSummary, ...counts] = SUMMARY.exec(plain) ?? [];
    if (isSummary !== undefined) {
      const [passed, failed, ignored] = counts.map((it) => Number(it ?? 0));
      this.#total = { passed, failed, ignored };
    } else if (plain.startsWith(" ")) return;
    else if (PASSED.test(plain)) this.#passed++;
    else if (FAILED.test(plain)) this.#failed++;
    else if (FAILURE.test(plain)) this.#failures.add(plain);
    else {
      const [, why] = LEFT_OUT.exec(plain) ?? [];
      if (why !== undefined) this.#leftOut.push(why);
    }
  }

  /** Lets everything through. */
  flush(): void {
    if (this.#lines.length > 0) this.#print(this.#lines.join("\n") + "\n");
    this.#lines = [];
  }

  /** Whether it came to its end. */
  get isWhole(): boolean {
    return this.#total !== undefined;
  }

  /** What `deno test` counted; before that, what has been seen to pass or fail. */
  get counts(): TestCounts {
    return this.#total ??
      { passed: this.#passed, failed: this.#failed, ignored: 0 };
  }

  /** Why tests were left out, once for each of those whose names say so. */
  get leftOut(): readonly string[] {
    return this.#leftOut;
  }

  /** What it says of the errors of tests that failed. */
  get errors(): string {
    return this.#errors.join("\n").trim();
  }

  /** The tests that failed, with their places. */
  get failures(): string[] {
    return [...this.#failures];
  }
}
