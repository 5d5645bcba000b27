import { testUnless } from "./left_out.ts";

/**
 * Why not to run again, without shared memory, what has been tested with it; nothing where it is
 * run. It takes minutes, so whoever has few of them sets `TEST_BACKENDS=one`: then the contracts still
 * run in shared memory and at a hub, and most of what is built on them in shared memory only.
 */
export const NOT_AGAIN = Deno.env.get("TEST_BACKENDS") === "one"
  ? "TEST_BACKENDS=one, and it repeats tests without shared memory"
  : undefined;

/** A test that repeats others without shared memory; it is left out where one backend is enough. */
export function everyBackendTest(name: string, run: () => Promise<void>): void {
  testUnless(NOT_AGAIN, name, run);
}
