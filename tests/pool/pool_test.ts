// What pools of processes do.

import { assertThrows } from "@std/assert";
import { AsyncResult, Pool, TaskPool } from "../../pool/mod.ts";
import { testPoolAwkward } from "../contracts/pool_awkward_contract.ts";
import { testPoolBacklog } from "../contracts/pool_backlog_contract.ts";
import { type CreatePool, testPool } from "../contracts/pool_contract.ts";
import { testPoolControl } from "../contracts/pool_control_contract.ts";
import { testPoolGivenUp } from "../contracts/pool_given_up_contract.ts";
import { testPoolLoading } from "../contracts/pool_loading_contract.ts";
import { testPoolStacks } from "../contracts/pool_stacks_contract.ts";
import { testPoolMap } from "../contracts/pool_map_contract.ts";
import { testPoolStream } from "../contracts/pool_stream_contract.ts";
import { testPoolStreamEnd } from "../contracts/pool_stream_end_contract.ts";
import { testPoolStuck } from "../contracts/pool_stuck_contract.ts";
import { testPoolWorkers } from "../contracts/pool_workers_contract.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { sharedTest } from "../shared_memory.ts";
import { SHARED } from "./shared_objects.ts";

leaveNothing();

const create: CreatePool = (size, options) => new Pool(size, options);

testPool("Pool", create, SHARED);
testPoolMap("Pool", create, SHARED);
testPoolGivenUp("Pool", create, SHARED);
testPoolLoading("Pool", create);
testPoolStacks("Pool", create);
testPoolStream("Pool", create, SHARED);
testPoolStreamEnd("Pool", create);
testPoolStuck(
  "Pool",
  create,
  (name, run) => sharedTest("turn", name, run),
);
testPoolWorkers("Pool", create, SHARED);
testPoolControl("Pool", create, SHARED);
testPoolAwkward("Pool", create);
testPoolBacklog("Pool", create, SHARED);

Deno.test("TaskPool and AsyncResult are not made by hand", () => {
  for (
    const [it, problem] of [
      [TaskPool, "TaskPool: use new Pool() or new ThreadPool()"],
      [AsyncResult, "AsyncResult: applyAsync() of a pool makes one"],
    ] as const
  ) {
    for (const given of [[], [null, {}]]) {
      assertThrows(
        () => Reflect.construct(it, given),
        TypeError,
        `Cannot construct ${problem}`,
      );
    }
  }
});
