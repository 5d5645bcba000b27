// The links of the documents: that each leads to a file of the repository, and to a heading there.

import { assert, assertEquals } from "@std/assert";
import { ROOT } from "../scripts/std_source.ts";

const FENCED = /^( *)```[\s\S]*?^\1```/gm;
const CODE = /`[^`\n]+`/g;
const HEADING = /^#+ +(.+)$/gm;
/** The target of a link or a picture, and that of a reference. */
const TARGET = /\]\(\s*([^)\s]+)[^)]*\)|^\[[^\]]+\]: *(\S+)/gm;

const DOCUMENTS = ["", "docs/", "tests/conformance/"].flatMap((folder) =>
  Array.from(Deno.readDirSync(new URL(folder, ROOT)), ({ name }) => name)
    .filter((name) => name.endsWith(".md")).map((name) => folder + name)
);

/** The names by which links lead to the headings of a document, as GitHub and JSR make them. */
function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading] of markdown.replaceAll(FENCED, "").matchAll(HEADING)) {
    const name = heading.trim().toLowerCase()
      .replaceAll(/\[([^\]]+)\]\([^)]*\)/g, "$1")
      .replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, "").replaceAll(" ", "-");
    let anchor = name;
    for (let n = 1; anchors.has(anchor); n++) anchor = `${name}-${n}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** What the relative links of a document lead to. */
function targetsOf(markdown: string): string[] {
  const text = markdown.replaceAll(FENCED, "").replaceAll(CODE, "`");
  return Array.from(
    text.matchAll(TARGET),
    ([, link, reference]) => link ?? reference,
  ).filter((to) => !/^\w+:/.test(to));
}

/** What is wrong with a link in a document; nothing if it leads somewhere. */
function faultOf(to: string, path: string): string | undefined {
  const url = new URL(to, new URL(path, ROOT));
  const anchor = decodeURIComponent(url.hash.slice(1));
  url.hash = "";
  try {
    const { isDirectory } = Deno.statSync(url);
    if (isDirectory !== url.pathname.endsWith("/")) return "a folder ends in /";
  } catch {
    return "no such file";
  }
  if (anchor === "") return undefined;
  return anchorsOf(Deno.readTextFileSync(url)).has(anchor)
    ? undefined
    : "no such heading";
}

for (const path of DOCUMENTS) {
  Deno.test(`the links of ${path} lead somewhere`, () => {
    const targets = targetsOf(Deno.readTextFileSync(new URL(path, ROOT)));
    const faults = targets.map((to) => [to, faultOf(to, path)] as const)
      .filter(([, fault]) => fault !== undefined);
    assertEquals(faults, []);
  });
}

Deno.test("the links of documents are found, with those to headings", () => {
  const markdown = [
    "# A `Queue.get_it()`, and more: what's in it",
    "![a picture](a.svg) and [a",
    'link](b.md#c "title"), `[none](d.md)`, [far](https://e.org/)',
    "```md",
    "# No heading",
    "[none](f.md)",
    "```",
    "## Twice",
    "## Twice",
    "[reference]: g.md",
  ].join("\n");
  assertEquals(targetsOf(markdown), ["a.svg", "b.md#c", "g.md"]);
  assertEquals([...anchorsOf(markdown)], [
    "a-queueget_it-and-more-whats-in-it",
    "twice",
    "twice-1",
  ]);
  const all = DOCUMENTS.flatMap((path) =>
    targetsOf(Deno.readTextFileSync(new URL(path, ROOT)))
  );
  assert(all.includes("docs/pools.md"));
  assert(all.some((to) => to.includes(".md#")));
});

Deno.test("a link that leads nowhere is found", () => {
  assertEquals(faultOf("docs/pools.md#order", "README.md"), undefined);
  assertEquals(faultOf("../examples/", "docs/pools.md"), undefined);
  assertEquals(faultOf("#order", "docs/queues.md"), "no such file");
  assertEquals(faultOf("docs/pools.md#ordre", "README.md"), "no such heading");
  assertEquals(faultOf("docs", "README.md"), "a folder ends in /");
});
