// Managers that test files share, as each is a process.

import { ownRecord } from "../../_internal/launch/mod.ts";
import { Manager } from "../../manager/mod.ts";
import { fromModule } from "../../process/mod.ts";

const FIXTURES = new URL("../fixtures/manager/counter.ts", import.meta.url);
const SHEET = new URL("../fixtures/manager/sheet.ts", import.meta.url);

/** Gives a manager that all tests of a file share, and ends it after them. */
export function sharedManager(
  make: (stack: AsyncDisposableStack) => Promise<Manager> | Manager,
): () => Promise<Manager> {
  const stack = new AsyncDisposableStack();
  let made: Promise<Manager> | undefined;
  // A child that imports the test file for a function of it.
  if (ownRecord() === undefined) {
    Deno.test.afterAll(() => stack.disposeAsync());
  }
  return () =>
    made ??= Promise.resolve(make(stack)).then((manager) => stack.use(manager));
}

/** A manager that knows the classes of the fixtures. */
export function localManager(
  options?: ConstructorParameters<typeof Manager>[0],
): Manager {
  for (const name of ["Counter", "sharedCounter", "makeMap"]) {
    Manager.register(name, fromModule(FIXTURES, name));
  }
  Manager.register("Sheet", fromModule(SHEET, "Sheet"));
  return new Manager(options);
}

/** A manager that is reached over a socket. */
export async function remoteManager(
  stack: AsyncDisposableStack,
  address: string | { hostname: string; port: number },
): Promise<Manager> {
  const manager = stack.use(localManager({ address, authKey: "key" }));
  return await Manager.connect(await manager.address, { authKey: "key" });
}
