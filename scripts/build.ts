/**
 * Builds the package as it is published, into `build/package/`: the library in few files, as a
 * module costs a program, and every child that it starts, more than what stands in it.
 *
 * - the pieces, and the `library_….js` beside them, are all the code: a program loads those of the
 *   parts that it uses, a child those of what it is told;
 * - a module that has an address of its own (an export of the package, what is loaded later) is a file
 *   there that hands on what these have; what a child is started with is there itself.
 *
 * @module
 */

import * as esbuild from "esbuild";
import { basename } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { declarationPath, declare } from "./declarations.ts";
import { listLibraryModules } from "./library_modules.ts";
import { readPages } from "./package_pages.ts";
import { partOf, PARTS, type Place, takePlaces } from "./package_parts.ts";
import { readPublicModules } from "./public_modules.ts";
import { pathFromRoot, ROOT } from "./std_source.ts";

/** Where the package goes by default. */
export const BUILD = new URL("build/package/", ROOT);

/** The modules that a child runs first; they are no part of the rest. */
const ENTRIES = [
  "process/_process_entry.ts",
  "process/_thread_entry.ts",
  "_internal/hub/_hub_entry.ts",
];
/** What holds the address of a module in its piece of the library. */
const OWN_NAME = "MODULE_URL";
/** Where a module says which other one is to be loaded. */
const OTHER_URL = /(?<=new URL\(\s*"(\.[^"]+))\.ts(?=",\s*import\.meta\.url)/g;
/** Where a module loads another one when it needs it. */
const LATER_IMPORT = /(?<!typeof )import\("(\.[^"]+)\.ts"\)/g;
/**
 * Where a module says that it is to be loaded itself, for the shared objects of a class. The piece
 * that it is in will do, which every program has that has such an object.
 */
const OWNER = /module: import\.meta\.url|proxyClass\(/;

/**
 * Builds the package.
 *
 * @param into The folder, which is made anew; its URL ends with a slash.
 * @param also Modules of the library that are to have an address besides those that must, as paths
 * from the root.
 * @returns The modules that have an address.
 */
export async function build(
  into: URL = BUILD,
  also: Iterable<string> = [],
): Promise<string[]> {
  await removeFolder(into);
  await Deno.mkdir(into, { recursive: true });
  const sources = await listLibraryModules();
  const named = await listNamed(sources, also);
  const files = await bundle(named);
  const places = takePlaces(files);
  const doors = await readPublicModules();
  for (const path of named) {
    files.set(asScript(path), await handOn(path, places, doors.includes(path)));
  }
  for (const [path, text] of await declare(doors)) {
    files.set(`types/${path}`, text);
  }
  for (const [path, text] of await readPages()) files.set(path, text);
  files.set("deno.json", await configuration());
  for (const [path, text] of files) {
    const file = new URL(path, into);
    await Deno.mkdir(new URL(".", file), { recursive: true });
    await Deno.writeTextFile(file, text);
  }
  return [...named, ...ENTRIES];
}

async function removeFolder(folder: URL): Promise<void> {
  try {
    await Deno.remove(folder, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Those that are loaded by their address, as some text says it, and those that are wanted. */
async function listNamed(
  sources: string[],
  also: Iterable<string>,
): Promise<string[]> {
  const named = new Set([...await readPublicModules(), ...also]);
  for (const path of sources) {
    const text = await read(path);
    for (const pattern of [OTHER_URL, LATER_IMPORT]) {
      for (const [, other] of text.matchAll(pattern)) {
        named.add(pathFromRoot(`${other}.ts`, path));
      }
    }
  }
  // Examples in the documentation name modules that are none of ours.
  return sources.filter((path) => named.has(path) && !ENTRIES.includes(path));
}

/** Makes the parts of the library, the entries, and what they have in common. */
async function bundle(named: string[]): Promise<Map<string, string>> {
  const folder = fileURLToPath(ROOT);
  const parts = new Map(
    Object.entries(PARTS).map(([part, others]) => [part, others.map(loadPart)]),
  );
  for (const path of named) {
    for (const name of await exportsOf(path)) {
      parts.get(partOf(path))!.push(
        `export { ${name} as ${publicName(path, name)} } from "./${path}";`,
      );
    }
  }
  const { outputFiles } = await esbuild.build({
    write: false,
    absWorkingDir: folder,
    entryPoints: [
      ...Object.keys(PARTS).map((part) => ({
        in: `./${part}.part`,
        out: `library_${part}`,
      })),
      ...ENTRIES.map((path) => ({
        in: `./${path}`,
        out: path.replace(/\.ts$/, ""),
      })),
    ],
    outdir: folder,
    bundle: true,
    splitting: true,
    chunkNames: "piece-[hash]",
    format: "esm",
    platform: "neutral",
    target: "esnext",
    define: { "import.meta.url": OWN_NAME },
    // Names stay as they are: people see them in stacks and in what is inspected.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    logLevel: "warning",
    plugins: [{
      name: "addresses",
      setup(it) {
        it.onResolve({ filter: /\.part$/ }, ({ path }) => ({
          path: path.slice("./".length, -".part".length),
          namespace: "part",
        }));
        // By its address, else the library would fall into pieces by who needs what.
        it.onResolve(
          { filter: /^\./ },
          ({ kind, path, importer }) =>
            kind === "dynamic-import"
              ? { path: laterImport(path, importer), external: true }
              : undefined,
        );
        it.onLoad({ filter: /.*/, namespace: "part" }, ({ path }) => ({
          contents: parts.get(path)!.join("\n"),
          resolveDir: folder,
          loader: "ts",
        }));
        it.onLoad({ filter: /\.ts$/ }, async ({ path }) => ({
          contents: withAddress(
            path.slice(folder.length),
            await Deno.readTextFile(path),
          ),
          loader: "ts",
        }));
      },
    }],
  });
  await esbuild.stop();
  const files = new Map<string, string>();
  const empty = outputFiles.filter(({ text }) => text === "");
  for (const { path, text } of outputFiles) {
    if (text === "") continue;
    const name = path.slice(folder.length);
    checkEntry(name, text);
    files.set(name, withClassNames(withoutImports(text, empty)));
  }
  return files;
}

/** What stands in an entry itself must not be named as if it stood at the root. */
function checkEntry(file: string, text: string): void {
  const isEntry = ENTRIES.some((path) => asScript(path) === file);
  if (!isEntry || !/\bimport(?:\.meta\.resolve)?\("\.\//.test(text)) return;
  throw new Error(`Cannot build ${file}: a module in it asks for an address`);
}

/** Nobody need load a file that nothing stands in. */
function withoutImports(text: string, files: esbuild.OutputFile[]): string {
  return files.reduce(
    (rest, { path }) =>
      rest.replace(
        new RegExp(`import"(?:\\.{1,2}/)+${basename(path)}";`),
        "",
      ),
    text,
  );
}

/** What an import of a module by another one, when that needs it, is in the package. */
function laterImport(path: string, importer: string): string {
  const from = pathToFileURL(importer);
  const fromPath = pathFromRoot(from.href, from);
  return (ENTRIES.includes(fromPath) ? up(fromPath) : "./") +
    asScript(pathFromRoot(path, from));
}

function loadPart(part: string): string {
  return `import "./${part}.part";`;
}

/**
 * Gives classes their names back. Those that speak of themselves come out as `_Queue`, and so they
 * would call themselves in messages. (To keep all names, as the bundler can, takes far longer to load.)
 */
function withClassNames(text: string): string {
  return text.replaceAll(
    /\bclass _(\w+)(?: extends [\w$.]+)?\{/g,
    (head, name) =>
      `${head}static{Object.defineProperty(this,"name",{value:"${name}"})}`,
  );
}

/** Lets a module have an address though it is a piece of another file. */
function withAddress(path: string, text: string): string {
  if (!text.includes("import.meta.url")) return text;
  const isOwner = OWNER.test(text);
  const built = text.replace(OTHER_URL, ".js");
  if (isOwner && built !== text) {
    throw new Error(
      `Cannot build ${path}: it names itself and another module; move one of both out`,
    );
  }
  // That of the piece is spelled so that it is not replaced itself.
  const address = isOwner || ENTRIES.includes(path)
    ? `(({ url }) => url)(import.meta)`
    : `import.meta.resolve("./${asScript(path)}")`;
  return `const ${OWN_NAME} = /* @__PURE__ */ ${address};\n${built}`;
}

/** The file that hands on what a module exports, from where it stands. */
async function handOn(
  path: string,
  places: ReadonlyMap<string, Place>,
  isPublic: boolean,
): Promise<string> {
  const byFile = new Map<string, string[]>();
  for (const name of await exportsOf(path)) {
    const [file, there] = places.get(publicName(path, name))!;
    if (!byFile.has(file)) byFile.set(file, []);
    byFile.get(file)!.push(`  ${there} as ${name},\n`);
  }
  const types = `${up(path)}types/${declarationPath(path)}`;
  const exports = Array.from(
    byFile,
    ([file, names]) =>
      `export {\n${names.join("")}} from "${up(path)}${file}";\n`,
  );
  return (isPublic ? `/* @ts-self-types="${types}" */\n` : "") +
    exports.join("");
}

/** The `deno.json` of the package. It needs none of what the repository needs. */
async function configuration(): Promise<string> {
  const { name, version, license, exports, compilerOptions } = JSON.parse(
    await read("deno.json"),
  );
  const built = Object.fromEntries(
    Object.entries<string>(exports).map(([key, path]) => [key, asScript(path)]),
  );
  // What git ignores would not be published otherwise.
  const publish = { exclude: ["!**"] };
  const config = {
    name,
    version,
    license,
    exports: built,
    compilerOptions,
    publish,
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

/** From a module to the root. */
function up(path: string): string {
  return "../".repeat(path.split("/").length - 1) || "./";
}

async function exportsOf(path: string): Promise<string[]> {
  return Object.keys(await import(new URL(path, ROOT).href)).sort();
}

/** What an export of a module is called in the library: `queue_mod$Queue`. */
function publicName(path: string, name: string): string {
  return `${path.replace(/\.ts$/, "").replace(/\W/g, "_")}$${name}`;
}

/** What the file of a module is called in the package. */
export function asScript(path: string): string {
  return path.replace(/\.ts$/, ".js");
}

function read(path: string): Promise<string> {
  return Deno.readTextFile(new URL(path, ROOT));
}

if (import.meta.main) {
  await build();
  console.log(pathFromRoot(BUILD.href, ROOT));
}
