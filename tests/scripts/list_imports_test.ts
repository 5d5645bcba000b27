import { assertEquals } from "@std/assert";
import { listImports } from "../../scripts/list_imports.ts";
import { tokenize } from "../../scripts/tokenize.ts";

function imports(source: string): string[] {
  return listImports(tokenize(source))
    .map(({ specifier, line, kind }) => `${specifier} ${line} ${kind}`);
}

Deno.test("listImports() finds every form of static import", () => {
  const source = [
    'import "a";',
    'import b, { type from, c as d } from "b";',
    'import type { E } from "c";',
    'import * as f from "d";',
    'export * from "e";',
    'export * as g from "f";',
    "export {",
    "  h,",
    '} from "g";',
    'export type { I } from "h";',
    'import j from "i" with { type: "json" };',
  ].join("\n");
  assertEquals(imports(source), [
    "a 1 static",
    "b 2 static",
    "c 3 static",
    "d 4 static",
    "e 5 static",
    "f 6 static",
    "g 9 static",
    "h 10 static",
    "i 11 static",
  ]);
});

Deno.test("listImports() finds dynamic imports and import types", () => {
  const source = 'await import("a");\ntype B = typeof import("b").c;\n';
  assertEquals(imports(source), ["a 1 dynamic", "b 2 dynamic"]);
});

Deno.test("listImports() takes nothing else for an import", () => {
  const source = [
    'const a = `import "a"`;',
    '// import "b";',
    'table.import("c");',
    "const from = Array.from(text);",
    'console.log(from, "d");',
    'export const e = { from: "e" };',
    "await import(f);",
  ].join("\n");
  assertEquals(imports(source), []);
});
