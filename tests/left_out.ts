/** What else there is to say of a test. */
export type TestOptions = Omit<Deno.TestDefinition, "name" | "fn" | "ignore">;

/**
 * A test that is left out where there is a reason to; its name then says which, and the end of the
 * report counts the reasons.
 */
export function testUnless(
  why: string | undefined,
  name: string,
  run: (test: Deno.TestContext) => void | Promise<void>,
  options: TestOptions = {},
): void {
  if (why === undefined) Deno.test({ ...options, name, fn: run });
  else Deno.test.ignore(`${name} [left out: ${why}]`, run);
}
