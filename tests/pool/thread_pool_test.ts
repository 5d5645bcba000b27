// What pools of threads do. thread_memory_test.ts runs this file again, without --allow-ffi.

import { reachesProcesses } from "../../_internal/memory/mod.ts";
import { ThreadPool } from "../../pool/mod.ts";
import { testPoolBacklog } from "../contracts/pool_backlog_contract.ts";
import { type CreatePool, testPool } from "../contracts/pool_contract.ts";
import { testPoolControl } from "../contracts/pool_control_contract.ts";
import { testPoolLoading } from "../contracts/pool_loading_contract.ts";
import { testPoolMap } from "../contracts/pool_map_contract.ts";
import { testPoolStream } from "../contracts/pool_stream_contract.ts";
import { testPoolStreamEnd } from "../contracts/pool_stream_end_contract.ts";
import { testPoolWorkers } from "../contracts/pool_workers_contract.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { SHARED_BY_THREADS } from "./shared_objects.ts";

if (reachesProcesses()) leaveNothing({ threads: true });

const create: CreatePool = (size, options) => new ThreadPool(size, options);

testPool("ThreadPool", create, SHARED_BY_THREADS);
testPoolMap("ThreadPool", create, SHARED_BY_THREADS);
testPoolLoading("ThreadPool", create, SHARED_BY_THREADS);
testPoolStream("ThreadPool", create, SHARED_BY_THREADS);
testPoolStreamEnd("ThreadPool", create);
testPoolWorkers("ThreadPool", create, SHARED_BY_THREADS);
testPoolControl("ThreadPool", create, SHARED_BY_THREADS);
testPoolBacklog("ThreadPool", create, SHARED_BY_THREADS);
