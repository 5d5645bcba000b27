// The tests of this folder again, where processes share no memory and ask a hub.

import { testAgain, testFilesIn } from "../run_again.ts";

testAgain(
  "Manager does the same where processes share no memory",
  "managers through a hub",
  testFilesIn(new URL("./", import.meta.url), ["hub_test.ts"]),
  {
    timeout: 600,
    always: true,
    env: {
      STRESS_SECONDS: Deno.env.get("STRESS_SECONDS") ?? "2",
    },
    passed:
      /ok \| (?:24\d|2[5-9]\d|[3-9]\d\d) passed \| 0 failed \| 1 ignored \(/,
  },
);
