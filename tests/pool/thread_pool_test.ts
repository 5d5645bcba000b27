// What pools of threads do.

import { ThreadPool } from "../../pool/mod.ts";
import { testPool } from "../contracts/pool_contract.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { SHARED } from "./shared_objects.ts";

leaveNothing({ threads: true });

testPool(
  "ThreadPool",
  (size, options) => new ThreadPool(size, options),
  SHARED,
);
