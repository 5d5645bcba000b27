// What the entry points of the package export, and what is said of it.

import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { readPublicModules } from "../scripts/public_modules.ts";
import { ROOT } from "../scripts/std_source.ts";
import * as all from "../mod.ts";
import { type DocumentedSymbol, readDocumented } from "./documented.ts";

const MODULES = await readPublicModules();
const VALUES = ["class", "function", "variable", "enum"];
const PROGRAM = /```ts\n([\s\S]+?)^```/m;

for (const path of MODULES) {
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

Deno.test("mod.ts exports each type, and what is a value has an example that asserts something", async () => {
  const documented = await readDocumented();
  const inMod = new Set(documented.get("mod.ts")!.map(({ name }) => name));
  const symbols = [...documented.values()].flat();
  assertEquals(
    symbols.filter(({ name }) => !inMod.has(name)).map(({ name }) => name),
    [],
  );
  const values = symbols.filter(isValue);
  const known = new Set(values.map(({ name }) => name));
  assertEquals(Object.keys(all).filter((name) => !known.has(name)), []);
  assertEquals(
    values.filter((it) => !hasExample(it)).map(({ name }) => name),
    [],
  );
});

function isValue({ declarations }: DocumentedSymbol): boolean {
  return declarations.some(({ kind }) => VALUES.includes(kind));
}

/** Whether there is a program for it that asserts something; one is enough for all overloads. */
function hasExample({ declarations }: DocumentedSymbol): boolean {
  return declarations.some(({ jsDoc }) =>
    jsDoc?.tags?.some(({ kind, doc = "" }) => {
      const [, program = ""] = PROGRAM.exec(doc) ?? [];
      return kind === "example" && /\bassert\w*\(/.test(program) &&
        program.includes('from "@parallel/multiprocessing');
    })
  );
}
