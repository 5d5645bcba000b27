// The same contracts in the memory that only threads share.

import { ThreadQueue } from "../../queue/mod.ts";
import { EVERY_BACKEND } from "../every_backend.ts";
import { assertPassAgain } from "../run_again.ts";
import { sharedTest } from "../shared_memory.ts";
import { testQueue } from "./queue_contract.ts";

testQueue(
  "ThreadQueue",
  (options) => new ThreadQueue(options),
  "another thread",
);

sharedTest(
  "again",
  "Queue, Connection and Lock do the same without --allow-ffi",
  async () => {
    await assertPassAgain(
      "contracts without FFI",
      [new URL("primitives_test.ts", import.meta.url)],
      {
        timeout: 120,
        passed: /ok \| (?:[5-9]\d|\d{3,}) passed \| 0 failed/,
      },
    );
  },
  { ignore: !EVERY_BACKEND },
);
