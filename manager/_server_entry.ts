import { Hall } from "./_hall.ts";
import { Hosted } from "./_hosted.ts";
import { objectType } from "./_hosted_object.ts";
import { rootType } from "./_hosted_root.ts";
import { LocalServer } from "./_local_server.ts";
import { ReturnedObjects } from "./_returned_objects.ts";
import type { ManagerSetup } from "./_setup.ts";
import { TYPES } from "./_hosted_types.ts";

/** Milliseconds between two looks for objects that nobody refers to. */
const SWEEP_MS = 500;

/** Is a manager, until it is told to end. */
export async function serve(setup: ManagerSetup): Promise<void> {
  const { desk, name, registered } = setup;
  const types = new Map(TYPES).set("object", objectType(registered));
  const hall = new Hall(name, types);
  const root = new Hosted();
  const server = new LocalServer(desk, hall, root);
  root.type = rootType(() => server.counts);
  hall.onMade = new ReturnedObjects(desk, server).made;
  const sweeping = setInterval(() => server.sweep(), SWEEP_MS);
  try {
    await server.run();
  } finally {
    clearInterval(sweeping);
    server.end();
  }
}
