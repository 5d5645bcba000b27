/**
 * Checks the structure of the repository: imports point down the layers and come in by the doors,
 * only `_internal/` touches workers, processes, foreign functions and waiting, and files are named
 * and sized as agreed. Prints `file:line [rule] what` for each breach.
 *
 * @module
 */

import { type Import, listImports } from "./list_imports.ts";
import { type Token, tokenize } from "./tokenize.ts";

/** The rule that a {@linkcode Breach} breaks. */
export type Rule =
  | "dependency"
  | "door"
  | "entry"
  | "internal-only"
  | "layer"
  | "length"
  | "name"
  | "public-name"
  | "syntax";

/** A place where the repository is not as agreed. */
export interface Breach {
  /** From the root, with slashes. */
  path: string;
  line: number;
  rule: Rule;
  message: string;
}

interface Source {
  path: string;
  /** The folder that is one unit to the rules: `queue`, `_internal/memory`, `tests`. */
  folder: string;
  lineCount: number;
  tokens: Token[];
}

/** What a source is found to break: where, which rule, and how. */
type Report = (line: number, rule: Rule, message: string) => void;

/** From the bottom up. A folder may import those of the rows before its own. */
export const LAYERS: readonly (readonly string[])[] = [
  [
    "_internal/complain.ts",
    "_internal/last_acts.ts",
    "_internal/log.ts",
    "_internal/most_permits.ts",
    "_internal/number_types.ts",
    "_internal/show_value.ts",
    "_internal/take_all.ts",
    "_internal/type_guards.ts",
  ],
  ["_internal/check.ts"],
  ["_internal/codec"],
  ["_internal/memory"],
  ["_internal/parking"],
  ["_internal/channel", "_internal/sockets"],
  ["_internal/handles"],
  ["_internal/hub"],
  ["_internal/launch"],
  ["_internal/lanes"],
  ["process", "pipe", "sync"],
  ["queue"],
  ["pool"],
  ["manager"],
  ["mod.ts"],
];

const PUBLISHED_ROOTS = [
  "_internal",
  ...LAYERS.flat().filter((it) => !it.startsWith("_internal/")),
];
const OTHER_ROOTS = ["bench", "examples", "scripts", "tests"];

const PACKAGE = "@parallel/multiprocessing";
/** Of `@std`, the library imports the narrow entries: `@std/async/deadline`. */
const ALLOWED_PACKAGES = /^(node:|@std\/(assert|async|path|testing)\/)/;
/** Entries that load all of a package, which nobody imports. Tests take all of `@std/assert`. */
const BARRELS = /^@std\/(async|path|testing)$/;
/** What starts processes and workers beside `Deno.Command` and `Worker`. */
const STARTERS = /^(node:)?(child_process|cluster|worker_threads)$/;
const FORBIDDEN_NAMES = /^_*(utils|common|helpers|types|index)$/;
const ENTRY = /(^|\/)_\w*_entry\.ts$/;
const CHILD_DOOR = /^_internal\/launch\/child(_\w+)?\.ts$/;
const MAX_LINES = 400;

const INTERNAL_ONLY: readonly (readonly string[])[] = [
  ["new", "Worker"],
  ["Deno", ".", "Command"],
  ["Deno", ".", "dlopen"],
  ["Atomics", ".", "wait"],
  ["Atomics", ".", "waitAsync"],
  ["Atomics", ".", "notify"],
  ["sleepSync"],
];

/**
 * Checks every TypeScript file of a repository, in the order of their paths.
 *
 * @param root The folder to check, as a path or a file URL that ends in a slash.
 * @returns The breaches found, and the number of files looked at.
 */
export async function checkLayers(
  root: string | URL,
): Promise<{ breaches: Breach[]; fileCount: number }> {
  const base = root instanceof URL ? root : pathToUrl(root);
  const breaches: Breach[] = [];
  const paths: string[] = [];
  for (const name of [...PUBLISHED_ROOTS, ...OTHER_ROOTS]) {
    await findSources(base, name, paths);
  }
  for (const path of paths.sort()) {
    const text = await Deno.readTextFile(new URL(path, base));
    checkSource(path, text, (line, rule, message) => {
      breaches.push({ path, line, rule, message });
    });
  }
  return { breaches, fileCount: paths.length };
}

function checkSource(path: string, text: string, report: Report): void {
  let tokens: Token[] = [];
  try {
    tokens = tokenize(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    report(1, "syntax", error.message);
  }
  const source: Source = {
    path,
    folder: folderOf(path),
    lineCount: text.split("\n").length - (text.endsWith("\n") ? 1 : 0),
    tokens,
  };
  checkName(source, report);
  checkLength(source, report);
  checkInternalOnly(source, report);
  for (const found of listImports(tokens)) checkImport(source, found, report);
}

function checkName({ path, folder }: Source, report: Report): void {
  for (const part of path.replace(/\.ts$/, "").split("/")) {
    if (FORBIDDEN_NAMES.test(part)) {
      report(1, "name", `"${part}" does not name a subject`);
    }
  }
  if (isPublished(folder) && rankOf(folder) === -1) {
    report(1, "layer", `${folder} stands in no layer`);
  }
}

function checkLength({ folder, lineCount }: Source, report: Report): void {
  if (folder === "tests" || folder === "bench" || lineCount <= MAX_LINES) {
    return;
  }
  report(
    MAX_LINES + 1,
    "length",
    `${lineCount} lines are more than ${MAX_LINES}: has it two subjects?`,
  );
}

function checkInternalOnly({ folder, tokens }: Source, report: Report): void {
  if (!leavesToInternal(folder)) return;
  tokens.forEach((token, i) => {
    const phrase = INTERNAL_ONLY.find((words) =>
      words.every((word, k) => isCode(tokens[i + k], word))
    );
    if (phrase) {
      const text = phrase.join(phrase.includes(".") ? "" : " ");
      report(token.line, "internal-only", `${text} is for _internal/ only`);
    }
  });
}

function checkImport(source: Source, found: Import, report: Report): void {
  const { specifier, line, kind } = found;
  const target = resolveRelative(source.path, specifier);
  if (target === undefined) {
    checkPackage(source.folder, found, report);
    return;
  }
  if (kind === "static" && ENTRY.test(target)) {
    report(
      line,
      "entry",
      `${target} is a program of its own: nobody imports it`,
    );
    return;
  }
  if (isPublished(source.folder)) {
    checkPublishedImport(source, target, line, report);
  } else {
    checkOtherImport(source, target, line, report);
  }
}

function checkPackage(
  folder: string,
  { specifier, line }: Import,
  report: Report,
): void {
  if (STARTERS.test(specifier) && leavesToInternal(folder)) {
    report(line, "internal-only", `${specifier} is for _internal/ only`);
  } else if (BARRELS.test(specifier)) {
    const advice = "import the narrow entry that has what is needed";
    report(line, "dependency", `import of "${specifier}": ${advice}`);
  } else if (isPublished(folder) && !ALLOWED_PACKAGES.test(specifier)) {
    const advice = specifier.startsWith(PACKAGE)
      ? "the library imports itself by relative paths"
      : "only node: and entries of the four @std packages are allowed";
    report(line, "dependency", `import of "${specifier}": ${advice}`);
  }
}

function checkPublishedImport(
  { path, folder }: Source,
  target: string,
  line: number,
  report: Report,
): void {
  const other = folderOf(target);
  if (other === folder) return;
  if (!isPublished(other)) {
    report(line, "dependency", `${target} is not part of the library`);
    return;
  }
  if (rankOf(other) >= rankOf(folder)) {
    const place = rankOf(other) === rankOf(folder) ? "beside" : "above";
    report(line, "layer", `${folder} imports ${other}, which is ${place} it`);
    return;
  }
  checkDoor(path, target, other, line, report);
}

function checkOtherImport(
  { path, folder }: Source,
  target: string,
  line: number,
  report: Report,
): void {
  const other = folderOf(target);
  if (!isPublished(other) || path.startsWith("tests/_internal/")) return;
  // Tests import by path, so that the programs they run need no import map.
  if (folder === "tests") {
    checkDoor(path, target, other, line, report);
    return;
  }
  report(
    line,
    "public-name",
    `import of ${target}: ${folder} import the library as "${PACKAGE}/…"`,
  );
}

function checkDoor(
  path: string,
  target: string,
  folder: string,
  line: number,
  report: Report,
): void {
  const door = folder.endsWith(".ts") ? folder : `${folder}/mod.ts`;
  // What runs in a child has a door of its own, so that it loads no more than it needs.
  const isChildDoor = (ENTRY.test(path) && CHILD_DOOR.test(target)) ||
    CHILD_DOOR.test(path);
  if (target !== door && !isChildDoor) {
    report(line, "door", `import of ${target}: come in by ${door}`);
  }
}

function isPublished(folder: string): boolean {
  return isInternal(folder) || PUBLISHED_ROOTS.includes(folder);
}

/** Whether what runs and waits there is for `_internal/` to do. */
function leavesToInternal(folder: string): boolean {
  return folder === "examples" || isPublished(folder) && !isInternal(folder);
}

function isInternal(folder: string): boolean {
  return folder.startsWith("_internal/");
}

function isCode(token: Token | undefined, text: string): boolean {
  return token?.text === text &&
    (token.kind === "word" || token.kind === "mark");
}

function rankOf(folder: string): number {
  return LAYERS.findIndex((row) => row.includes(folder));
}

function folderOf(path: string): string {
  const [first, second] = path.split("/");
  return first === "_internal" ? `${first}/${second}` : first!;
}

/** The path from the root that a relative specifier leads to; undefined for other specifiers. */
function resolveRelative(path: string, specifier: string): string | undefined {
  if (!/^\.{0,2}\//.test(specifier)) return undefined;
  return new URL(specifier, `file:///${path}`).pathname.slice(1);
}

function pathToUrl(path: string): URL {
  return new URL(`${path}/`, `file://${Deno.cwd()}/`);
}

async function findSources(
  base: URL,
  path: string,
  found: string[],
): Promise<void> {
  if (path.endsWith(".ts")) {
    if (await exists(new URL(path, base))) found.push(path);
    return;
  }
  const folder = new URL(`${path}/`, base);
  if (!await exists(folder)) return;
  for await (const entry of Deno.readDir(folder)) {
    const inner = `${path}/${entry.name}`;
    if (entry.isDirectory || entry.isFile && entry.name.endsWith(".ts")) {
      await findSources(base, inner, found);
    }
  }
}

async function exists(url: URL): Promise<boolean> {
  try {
    await Deno.stat(url);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

if (import.meta.main) {
  const root = new URL("../", import.meta.url);
  const { breaches, fileCount } = await checkLayers(root);
  for (const { path, line, rule, message } of breaches) {
    console.error(`${path}:${line} [${rule}] ${message}`);
  }
  console.log(`Files: ${fileCount}. Breaches: ${breaches.length}.`);
  Deno.exit(breaches.length > 0 ? 1 : 0);
}
