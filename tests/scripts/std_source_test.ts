import { assertEquals, assertRejects } from "@std/assert";
import { fileURLToPath } from "node:url";
import denoJson from "../../deno.json" with { type: "json" };
import npmImportMap from "../../scripts/npm_import_map.json" with {
  type: "json",
};
import { listImports } from "../../scripts/list_imports.ts";
import { readPublicFolders } from "../../scripts/public_modules.ts";
import {
  chooseStdSource,
  describeStdChoice,
  IMPORTS_VARIABLE,
  NPM_IMPORT_MAP,
  ROOT,
  stdFlags,
} from "../../scripts/std_source.ts";
import { tokenize } from "../../scripts/tokenize.ts";

const MAPPED: Record<string, string> = npmImportMap.imports;

function neverAsk(): Promise<boolean> {
  throw new Error("JSR was asked");
}

Deno.test("chooseStdSource() takes JSR if it answers, else npm", async () => {
  assertEquals(
    await chooseStdSource(undefined, () => Promise.resolve(true)),
    { source: "jsr" },
  );
  assertEquals(
    await chooseStdSource("", () => Promise.resolve(false)),
    { source: "npm", reason: "JSR does not answer" },
  );
});

Deno.test("chooseStdSource() asks nobody where the source is forced", async () => {
  for (const source of ["jsr", "npm"] as const) {
    const choice = await chooseStdSource(source, neverAsk);
    assertEquals(choice, { source, reason: "MULTIPROCESSING_STD" });
  }
  await assertRejects(
    () => chooseStdSource("https", neverAsk),
    RangeError,
    'it must be "jsr" or "npm", and is "https"',
  );
});

Deno.test("describeStdChoice() names the registry and the reason", () => {
  assertEquals(describeStdChoice({ source: "jsr" }), "@std from JSR");
  assertEquals(
    describeStdChoice({ source: "npm", reason: "JSR does not answer" }),
    "@std from npm (JSR does not answer)",
  );
});

Deno.test("stdFlags() use the map that is given, or the one that the source needs", () => {
  const own = fileURLToPath(NPM_IMPORT_MAP);
  for (const source of ["jsr", "npm"] as const) {
    assertEquals(stdFlags(source, "/a.json"), [
      "--import-map=/a.json",
      "--no-lock",
    ]);
  }
  const given = Deno.env.get(IMPORTS_VARIABLE);
  Deno.env.delete(IMPORTS_VARIABLE);
  try {
    assertEquals(stdFlags("jsr"), []);
    assertEquals(stdFlags("npm"), [`--import-map=${own}`, "--no-lock"]);
    Deno.env.set(IMPORTS_VARIABLE, "/b.json");
    assertEquals(stdFlags("jsr"), ["--import-map=/b.json", "--no-lock"]);
  } finally {
    if (given === undefined) Deno.env.delete(IMPORTS_VARIABLE);
    else Deno.env.set(IMPORTS_VARIABLE, given);
  }
});

Deno.test("npm_import_map.json maps the library's own entry points", () => {
  const own = Object.entries(MAPPED)
    .filter(([name]) => name.startsWith(denoJson.name));
  const expected = Object.entries(denoJson.exports)
    .map(([key, path]) => [denoJson.name + key.slice(1), `.${path}`]);
  assertEquals(own.sort(), expected.sort());
});

Deno.test("npm_import_map.json maps every entry of @std that is imported", async () => {
  const roots = ["_internal", "bench", "examples", "tests"];
  const missing: string[] = [];
  for (const root of [...await readPublicFolders(), ...roots]) {
    for (const path of await findTypeScript(new URL(`${root}/`, ROOT))) {
      const tokens = tokenize(await Deno.readTextFile(path));
      for (const { specifier, line } of listImports(tokens)) {
        if (specifier.startsWith("@std/") && !(specifier in MAPPED)) {
          missing.push(`${specifier} in ${path.pathname}:${line}`);
        }
      }
    }
  }
  assertEquals(missing, []);
});

async function findTypeScript(folder: URL): Promise<URL[]> {
  const found: URL[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) {
      if (entry.isDirectory) {
        found.push(...await findTypeScript(new URL(`${entry.name}/`, folder)));
      } else if (entry.name.endsWith(".ts")) {
        found.push(new URL(entry.name, folder));
      }
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found;
}
