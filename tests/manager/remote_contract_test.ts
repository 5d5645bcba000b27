// What every manager does, over sockets.

import { testManagedContainers } from "../contracts/managed_containers_contract.ts";
import { testManagedModify } from "../contracts/managed_modify_contract.ts";
import { testManagedObjects } from "../contracts/managed_objects_contract.ts";
import { testManagedSets } from "../contracts/managed_sets_contract.ts";
import { testManagedSync } from "../contracts/managed_sync_contract.ts";
import { testManagedNoOptions } from "../contracts/no_options_contract.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { remoteManager, sharedManager } from "./managers.ts";

leaveNothing();

const addresses = {
  "Manager over TCP": { hostname: "127.0.0.1", port: 0 },
  "Manager over a Unix socket": `\0manager-${crypto.randomUUID()}`,
};
for (const [name, address] of Object.entries(addresses)) {
  const open = sharedManager((stack) => remoteManager(stack, address));
  testManagedContainers(name, open);
  testManagedModify(name, open);
  testManagedSets(name, open);
  testManagedSync(name, open);
  testManagedObjects(name, open);
  testManagedNoOptions(name, open);
}
