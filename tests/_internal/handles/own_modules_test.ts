import { assertEquals } from "@std/assert";
import { isOwnModule, sharedModules } from "../../../_internal/handles/mod.ts";
import "../../../mod.ts";

const own = sharedModules();

Deno.test("isOwnModule() knows the modules of all shared classes", () => {
  assertEquals(own.filter((url) => !isOwnModule(url)), []);
  assertEquals(own.length > 0, true);
});

Deno.test("isOwnModule() knows none that a path leads to elsewhere, and none that does something when it is loaded", () => {
  const [module] = own;
  const folder = module.slice(0, module.lastIndexOf("/"));
  const library = new URL("../../../", import.meta.url).href;
  const others = [
    `${folder}/../../../evil.ts`,
    `${folder}/..%2f..%2fevil.ts`,
    `${folder}/%2e%2e/evil.ts`,
    `${module}?evil`,
    `${module}#evil`,
    `${folder}\\..\\evil.ts`,
    `${library}process/_process_entry.ts`,
    `${library}tests/_internal/handles/own_modules_test.ts`,
    "https://example.com/queue/queue.ts",
    "data:text/javascript,evil()",
    "",
  ];
  assertEquals(others.filter(isOwnModule), []);
});
