// What pools of processes do.

import { Pool } from "../../pool/mod.ts";
import { testPool } from "../contracts/pool_contract.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { SHARED } from "./shared_objects.ts";

leaveNothing();

testPool("Pool", (size, options) => new Pool(size, options), SHARED);
