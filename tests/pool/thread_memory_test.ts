// Pools of threads in the memory that only threads share.

import { testAgain } from "../run_again.ts";

testAgain(
  "ThreadPool does the same without --allow-ffi",
  "ThreadPool without FFI",
  [new URL("thread_pool_test.ts", import.meta.url)],
  {
    timeout: 120,
    passed: /ok \| (?:[5-9]\d|\d{3,}) passed \| 0 failed/,
  },
);
