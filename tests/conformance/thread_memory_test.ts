// The tests of this folder again, where only threads share memory and processes ask a hub.

import { EVERY_BACKEND } from "../every_backend.ts";
import { assertPassAgain, testFilesIn } from "../run_again.ts";
import { sharedTest } from "../shared_memory.ts";

const OTHERS = ["table_test.ts", "thread_memory_test.ts"];

sharedTest(
  "again",
  "what conforms does so through a hub, and with threads without it",
  async () => {
    await assertPassAgain(
      "conformance through a hub",
      testFilesIn(new URL("./", import.meta.url), OTHERS),
      {
        timeout: 400,
        passed: /ok \| [1-9]\d+ passed \| 0 failed/,
      },
    );
  },
  { ignore: !EVERY_BACKEND },
);
