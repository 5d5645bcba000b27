import type { Client } from "./_client.ts";
import type { Desk } from "./_desk.ts";
import { localClientOf } from "./_local_clients.ts";
import { listenSetup } from "./_network.ts";
import { registeredTargets } from "./_registered.ts";
import { ServerProcess } from "./_server_process.ts";
import type { ManagerOptions } from "./manager_options.ts";

/** How this isolate reaches a manager. */
export interface Access {
  readonly client: Client;
  /** Of one of this program. */
  readonly desk?: Desk;
  /** Of one that was started here. */
  readonly server?: ServerProcess;
}

let started = 0;
/** That of the manager under construction, if this isolate has not to start it. */
let given: Access | undefined;

/** Makes what stands for a manager that is there already. */
export function makeWith<T>(access: Access, make: () => T): T {
  given = access;
  return make();
}

/** How the manager under construction is reached, which is started if it must be. */
export function accessFor(options: ManagerOptions): Access {
  const access = given;
  given = undefined;
  return access ?? start(options);
}

function start(options: ManagerOptions): Access {
  const listen = listenSetup(options);
  const { name = `Manager-${++started}` } = options;
  const setup = { registered: registeredTargets(), listen };
  const server = new ServerProcess({ name, setup });
  return { client: localClientOf(server.desk), desk: server.desk, server };
}
