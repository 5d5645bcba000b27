// Every `ts` snippet of the README and of `docs/` is a program that runs. Here each one does, with
// the library taken from this repository. What a comment says that a line prints is what it prints:
// `console.log(6 * 7); // 42`. One that cannot run says why: "ts ignore: it takes two machines".

import { assertEquals } from "@std/assert";
import { findStdSource, ROOT, stdFlags } from "../scripts/std_source.ts";
import { testUnless } from "./left_out.ts";
import { runProgram } from "./run_program.ts";
import { sharedTest, SHARING_FLAGS } from "./shared_memory.ts";
import denoJson from "../deno.json" with { type: "json" };

interface Snippet {
  /** The place of its first line: `README.md:23`. */
  name: string;
  code: string;
  /** Why it does not run, where it does not; empty if nothing is said. */
  leftOut?: string;
}

/** Seconds. */
const TIMEOUT = 90;
/** What a program may do: all that the library needs. */
const PERMISSIONS = [
  "--no-prompt",
  `--allow-run=${Deno.execPath()}`,
  ...SHARING_FLAGS,
  "--allow-read",
];

const all = listDocuments().flatMap((path) =>
  extractSnippets(path, Deno.readTextFileSync(new URL(path, ROOT)))
);

Deno.test(
  "the programs of the README and of docs/ pass the type check",
  () => checkSnippets(all.filter(({ leftOut }) => leftOut === undefined)),
);

Deno.test("the programs of the README and of docs/ run, or say why they do not", () => {
  const silent = all.filter(({ leftOut }) => leftOut === "");
  assertEquals(silent.map(({ name }) => name), []);
});

for (const { name, code, leftOut } of all) {
  const run = () => runSnippet(name, code);
  const title = `the program at ${name} runs`;
  if (leftOut !== undefined) testUnless(leftOut, title, run);
  else if (sharesBytes(code)) sharedTest("bytes", title, run);
  else Deno.test(title, run);
}

Deno.test("extractSnippets() finds ts blocks and the lines they begin on", () => {
  const markdown = [
    "# Title",
    "",
    "```ts",
    "one();",
    "",
    "two();",
    "```",
    "```sh",
    "ls",
    "```",
    "",
    "- in a list:",
    "",
    "  ```ts",
    "  three();",
    "  ```",
    "",
    "```ts ignore",
    "never();",
    "```",
    "",
    "```ts ignore: it takes two machines",
    "never();",
    "```",
  ].join("\n");
  assertEquals(extractSnippets("a.md", markdown), [
    { name: "a.md:4", code: "one();\n\ntwo();" },
    { name: "a.md:15", code: "three();" },
    { name: "a.md:19", code: "never();", leftOut: "" },
    { name: "a.md:23", code: "never();", leftOut: "it takes two machines" },
  ]);
});

Deno.test("listExpected() finds what comments say is printed", () => {
  const code = [
    "console.log(6 * 7); // 42",
    "  console.log([1, 2].map((n) => -n)); // [ -1, -2 ]",
    "run(); // Some time later.",
    "console.log(1);",
  ].join("\n");
  assertEquals(listExpected(code), ["42", "[ -1, -2 ]"]);
});

Deno.test("useLocalLibrary() rewrites each entry point, with and without a version", () => {
  const code = [
    'import { Process } from "jsr:@parallel/multiprocessing";',
    'import { Queue } from "jsr:@parallel/multiprocessing@^0.1.0/queue";',
    'import { delay } from "jsr:@std/async@^1/delay";',
  ].join("\n");
  assertEquals(
    useLocalLibrary(code),
    [
      `import { Process } from "${new URL("mod.ts", ROOT)}";`,
      `import { Queue } from "${new URL("queue/mod.ts", ROOT)}";`,
      'import { delay } from "@std/async/delay";',
    ].join("\n"),
  );
});

/** Whether a program has memory that processes map. */
function sharesBytes(code: string): boolean {
  return /\bSharedMemory\b|\bShareableList\b/.test(code) ||
    /\bSharedArray\b/.test(code) && /\bnew (?:Process|Pool)\b/.test(code);
}

function listDocuments(): string[] {
  const documents = ["README.md"];
  try {
    for (const entry of Deno.readDirSync(new URL("docs/", ROOT))) {
      if (entry.name.endsWith(".md")) documents.push(`docs/${entry.name}`);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return documents.sort();
}

/** The `ts` blocks of a document; those marked `ignore` do not run. */
function extractSnippets(path: string, markdown: string): Snippet[] {
  const fence = /^( *)```(?:ts|typescript)([^\n]*)\n([\s\S]*?)^\1```/gm;
  return Array.from(
    markdown.matchAll(fence),
    ({ index, 1: indent, 2: info, 3: body }) => {
      const line = markdown.slice(0, index).split("\n").length + 1;
      const code = body!.replaceAll(new RegExp(`^${indent}`, "gm"), "");
      const snippet = { name: `${path}:${line}`, code: code.trimEnd() };
      const [, leftOut] = /\bignore\b:? *(.*)$/.exec(info!) ?? [];
      return leftOut === undefined ? snippet : { ...snippet, leftOut };
    },
  );
}

/** The lines that a snippet prints, as its comments have it, in their order. */
function listExpected(code: string): string[] {
  const printed = /^ *console\.log\(.*\); \/\/ (.+)$/gm;
  return Array.from(code.matchAll(printed), ([, text]) => text!);
}

/** Points a snippet at this repository, and at wherever `@std` comes from here. */
function useLocalLibrary(code: string): string {
  return code
    .replaceAll(
      /"jsr:@parallel\/multiprocessing(?:@[^/"]*)?(\/[^"]*)?"/g,
      (specifier, entry: string | undefined) => {
        const exports: Record<string, string> = denoJson.exports;
        const path = exports[`.${entry ?? ""}`];
        if (!path) {
          throw new Error(`Cannot find ${specifier} among the exports`);
        }
        return `"${new URL(path, ROOT)}"`;
      },
    )
    .replaceAll(/"jsr:(@std\/\w+)(?:@[^/"]*)?(\/[^"]*)?"/g, '"$1$2"');
}

/** Checks the types of all at once: most of what there is to check they have in common. */
async function checkSnippets(snippets: Snippet[]): Promise<void> {
  const files = snippets.map(({ name, code }) =>
    [`${name.replaceAll(/\W/g, "_")}.ts`, code] as const
  );
  await withFiles(files, async (paths) => {
    const { code, stderr } = await runProgram(
      "the type check",
      ["check", ...await flags(), ...paths],
      { timeout: TIMEOUT },
    );
    assertEquals(code, 0, stderr);
  });
}

async function runSnippet(name: string, program: string): Promise<void> {
  await withFiles([["main.ts", program]], async (paths) => {
    const { code, stdout, stderr } = await runProgram(
      name,
      ["run", ...await flags(), ...permissionsOf(program), ...paths],
      { timeout: TIMEOUT },
    );
    assertEquals(code, 0, stderr);
    const printed = stdout.split("\n");
    const expected = listExpected(program);
    assertEquals(printed.filter((it) => expected.includes(it)), expected);
  });
}

/** Those that listen need the network, too. */
function permissionsOf(program: string): string[] {
  return /\bnew Listener\b|\bnew Manager\(\{\s*address\b/.test(program)
    ? [...PERMISSIONS, "--allow-net=127.0.0.1"]
    : PERMISSIONS;
}

/** Writes programs into a folder, which goes again once they have been used. */
async function withFiles(
  files: (readonly [name: string, code: string])[],
  use: (paths: string[]) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, code] of files) {
      await Deno.writeTextFile(`${folder}/${name}`, useLocalLibrary(code));
    }
    await use(files.map(([name]) => `${folder}/${name}`));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function flags(): Promise<string[]> {
  const { source } = await findStdSource();
  const config = decodeURIComponent(new URL("deno.json", ROOT).pathname);
  return [`--config=${config}`, ...stdFlags(source)];
}
