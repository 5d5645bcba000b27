import { assert, assertEquals } from "@std/assert";
import { listImported } from "../../scripts/build_for_tests.ts";

Deno.test("listImported() has the modules of the library that tests import by paths", async () => {
  const imported = await listImported();
  assert(imported.has("queue/mod.ts"));
  assert(imported.has("_internal/memory/mod.ts"));
  const others = [...imported]
    .filter((path) => /^(tests|scripts|examples|bench)\b/.test(path));
  assertEquals(others, []);
});
