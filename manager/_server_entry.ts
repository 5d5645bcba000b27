import { Hall } from "./_hall.ts";
import { Hosted, hostedType } from "./_hosted.ts";
import { LocalServer } from "./_local_server.ts";
import type { ManagerSetup } from "./_setup.ts";
import { TYPES } from "./_types.ts";

/** Milliseconds between two looks for objects that nobody refers to. */
const SWEEP_MS = 500;

/** Is a manager, until it is told to end. */
export async function serve(setup: ManagerSetup): Promise<void> {
  const { desk, name } = setup;
  const hall = new Hall(name, TYPES);
  const root = new Hosted();
  const server = new LocalServer(desk, hall, root);
  root.type = hostedType("Manager", () => undefined, {
    counts: () => server.counts,
  });
  const sweeping = setInterval(() => server.sweep(), SWEEP_MS);
  try {
    await server.run();
  } finally {
    clearInterval(sweeping);
    server.end();
  }
}
