// What every manager does, in shared memory.

import { testManagedContainers } from "../contracts/managed_containers_contract.ts";
import { testManagedModify } from "../contracts/managed_modify_contract.ts";
import { testManagedObjects } from "../contracts/managed_objects_contract.ts";
import { testManagedSets } from "../contracts/managed_sets_contract.ts";
import { testManagedSync } from "../contracts/managed_sync_contract.ts";
import { testManagedNoOptions } from "../contracts/no_options_contract.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { localManager, sharedManager } from "./managers.ts";

leaveNothing();

const open = sharedManager(() => localManager());

testManagedContainers("Manager", open);
testManagedModify("Manager", open);
testManagedSets("Manager", open);
testManagedSync("Manager", open);
testManagedObjects("Manager", open);
testManagedNoOptions("Manager", open);
