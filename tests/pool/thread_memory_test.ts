// Pools of threads in the memory that only threads share.

import { testAgain } from "../run_again.ts";

testAgain(
  "ThreadPool does the same without --allow-ffi",
  "ThreadPool without FFI",
  [new URL("thread_pool_test.ts", import.meta.url)],
  {
    timeout: 120,
    passed: /ok \| (?:14\d|1[5-9]\d|[2-9]\d\d) passed \| 0 failed \(/,
  },
);
