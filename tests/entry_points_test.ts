// What the entry points of the package have to do with each other.

import { assert, assertStrictEquals } from "@std/assert";
import { readPublicModules } from "../scripts/public_modules.ts";
import { ROOT } from "../scripts/std_source.ts";
import * as all from "../mod.ts";

for (const path of await readPublicModules()) {
  if (path === "mod.ts") continue;
  // Of two that have the same name, `export *` exports neither, and says nothing.
  Deno.test(`mod.ts exports what ${path} does`, async () => {
    const some: Record<string, unknown> = await import(
      new URL(path, ROOT).href
    );
    assert(Object.keys(some).length > 0);
    for (const [name, value] of Object.entries(some)) {
      assertStrictEquals((all as Record<string, unknown>)[name], value, name);
    }
  });
}
