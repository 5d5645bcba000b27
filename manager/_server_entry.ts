import { complain } from "../_internal/complain.ts";
import { hearEndOfParent } from "../_internal/launch/child.ts";
import { SocketKeeper } from "../_internal/sockets/mod.ts";
import { Hall } from "./_hall.ts";
import { Hosted } from "./_hosted.ts";
import { objectType } from "./_hosted_object.ts";
import { rootType } from "./_hosted_root.ts";
import { LocalServer } from "./_local_server.ts";
import type { RemoteServer } from "./_remote_server.ts";
import { ReturnedObjects } from "./_returned_objects.ts";
// All that may come in arguments, so that nothing has to wait for it.
import "../pipe/mod.ts";
import "./manager.ts";
import type { ManagerSetup } from "./_setup.ts";
import { TYPES } from "./_hosted_types.ts";

/** Is a manager, until it is told to end. */
export async function serve(setup: ManagerSetup): Promise<void> {
  const { desk, name, registered, listen } = setup;
  const types = new Map(TYPES);
  const hall = new Hall(name, types);
  const root = new Hosted();
  const server = new LocalServer(desk, hall, root);
  let remote: RemoteServer | undefined;
  let keeper: SocketKeeper | undefined;
  let problem: unknown = new Error(
    "Cannot give the address: the manager was made without one",
  );
  const type = rootType({
    name,
    counts() {
      const { objects, clients } = server.counts;
      return { objects, clients: clients + (remote?.clients ?? 0) };
    },
    address() {
      if (remote === undefined) throw problem;
      return remote.address;
    },
  });
  root.type = type;
  const returned = new ReturnedObjects(desk, server);
  types.set("object", objectType(registered, returned.keep));
  hall.onMade = returned.made;
  if (listen !== undefined) {
    try {
      const { RemoteServer } = await import("./_remote_server.ts");
      keeper = await SocketKeeper.start(listen.address);
      if (keeper !== undefined) hearEndOfParent();
      remote = new RemoteServer(listen, desk, hall, server, root);
      keeper?.keep(remote.address);
    } catch (error) {
      problem = error;
      complain(`${name}: ${error}`);
    }
  }
  // Ctrl-C is for the program, which may want us to the end; with it, we end.
  const ignore = () => {};
  Deno.addSignalListener("SIGINT", ignore);
  try {
    await server.run();
  } finally {
    Deno.removeSignalListener("SIGINT", ignore);
    const closed = remote?.close();
    server.end();
    type.end?.(undefined);
    // Until then there is a file to keep.
    await closed;
    keeper?.[Symbol.dispose]();
  }
}
