// The tests of this folder again, where only threads share memory and processes ask a hub.

import { testAgain, testFilesIn } from "../run_again.ts";

const OTHERS = ["table_test.ts", "thread_memory_test.ts"];

testAgain(
  "what conforms does so through a hub, and with threads without it",
  "conformance through a hub",
  testFilesIn(new URL("./", import.meta.url), OTHERS),
  {
    timeout: 400,
    passed: /ok \| (?:2[5-9]\d|[3-9]\d\d) passed \| 0 failed/,
  },
);
