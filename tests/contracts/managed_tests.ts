import type { Manager } from "../../manager/mod.ts";

/** Defines a test of what managers of one kind do, with one that is open already. */
export type ManagedTest = (
  behaviour: string,
  run: (manager: Manager) => Promise<void>,
) => void;

/** How the tests of one kind of manager are defined. */
export function managedTest(
  name: string,
  open: () => Promise<Manager> | Manager,
): ManagedTest {
  return (behaviour, run) =>
    Deno.test(`${name} ${behaviour}`, async () => run(await open()));
}
