// Queues, pipes and locks, in the widest memory that this program can have.
// thread_memory_test.ts runs this file again, without --allow-ffi.

import { reachesProcesses } from "../../_internal/memory/mod.ts";
import { testPrimitives, testPrimitivesHere } from "./primitives.ts";

testPrimitives(reachesProcesses() ? "another process" : "another thread");
testPrimitivesHere();
