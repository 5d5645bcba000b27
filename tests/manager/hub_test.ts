// The tests of this folder again, where processes share no memory and ask a hub.

import { assertPassAgain, testFilesIn } from "../run_again.ts";
import { sharedTest } from "../shared_memory.ts";

sharedTest(
  "again",
  "Manager does the same where processes share no memory",
  async () => {
    await assertPassAgain(
      "managers through a hub",
      testFilesIn(new URL("./", import.meta.url), ["hub_test.ts"]),
      {
        timeout: 600,
        env: {
          STRESS_SECONDS: Deno.env.get("STRESS_SECONDS") ?? "2",
        },
        passed: /ok \| [1-9]\d+ passed \| 0 failed/,
      },
    );
  },
);
