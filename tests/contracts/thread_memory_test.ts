// The same contracts in the memory that only threads share.

import { ThreadQueue } from "../../queue/mod.ts";
import { testAgain } from "../run_again.ts";
import { testQueue } from "./queue_contract.ts";

testQueue(
  "ThreadQueue",
  (options) => new ThreadQueue(options),
  "another thread",
);

testAgain(
  "Queue, Connection and Lock do the same without --allow-ffi",
  "contracts without FFI",
  [
    new URL("primitives_test.ts", import.meta.url),
    new URL("no_options_test.ts", import.meta.url),
  ],
  {
    timeout: 120,
    passed: /ok \| (?:29\d|[3-9]\d\d) passed \| 0 failed \(/,
  },
);
