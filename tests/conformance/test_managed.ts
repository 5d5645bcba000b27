import { Manager } from "../../manager/mod.ts";

/** A test that has a manager. */
export function testManaged(
  name: string,
  run: (manager: Manager) => Promise<void>,
): void {
  Deno.test(name, async () => {
    await using manager = new Manager();
    await run(manager);
  });
}
