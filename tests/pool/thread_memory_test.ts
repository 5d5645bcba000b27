// Pools of threads in the memory that only threads share.

import { EVERY_BACKEND } from "../every_backend.ts";
import { assertPassAgain } from "../run_again.ts";
import { sharedTest } from "../shared_memory.ts";

sharedTest(
  "again",
  "ThreadPool does the same without --allow-ffi",
  async () => {
    await assertPassAgain(
      "ThreadPool without FFI",
      [new URL("thread_pool_test.ts", import.meta.url)],
      {
        timeout: 120,
        passed: /ok \| (?:[5-9]\d|\d{3,}) passed \| 0 failed/,
      },
    );
  },
  { ignore: !EVERY_BACKEND },
);
