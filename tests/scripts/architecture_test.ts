// `ARCHITECTURE.md` beside the repository that it describes: its layers, its folders, its words.

import { assert, assertEquals } from "@std/assert";
import { LAYERS } from "../../scripts/check_layers.ts";
import { ROOT } from "../../scripts/std_source.ts";

const PAGE = Deno.readTextFileSync(new URL("ARCHITECTURE.md", ROOT));
const CODE = /`([^`]+)`/g;

/** What stands between a heading and the next one. */
function sectionOf(heading: string): string {
  const [, section] = PAGE.split(`\n## ${heading}\n`);
  assert(section !== undefined, `there is no section ${heading}`);
  return section.split("\n## ")[0];
}

/** The files and folders of a picture of layers, from the top: folders without their slash. */
function layersIn(picture: string): string[] {
  return picture.split("\n").flatMap((line) =>
    Array.from(
      line.matchAll(/\S+\/(?=\s|$)|^ *(\S+\.ts)/g),
      ([path, file]) => file ?? path.slice(0, -1),
    )
  );
}

function exists(path: string): boolean {
  try {
    Deno.statSync(new URL(path, ROOT));
    return true;
  } catch {
    return false;
  }
}

Deno.test("ARCHITECTURE.md shows each layer in its place, and no other", () => {
  const [, picture] = /```\n([\s\S]+?)```/.exec(sectionOf("The layers"))!;
  const shown = layersIn(picture);
  const ranks = shown.map((it) => LAYERS.findIndex((row) => row.includes(it)));
  assertEquals(shown.toSorted(), LAYERS.flat().toSorted());
  assertEquals(ranks, ranks.toSorted((a, b) => b - a));
});

Deno.test("ARCHITECTURE.md names each folder of the repository", () => {
  const ignored = Deno.readTextFileSync(new URL(".gitignore", ROOT))
    .split("\n");
  const folders = Array.from(Deno.readDirSync(ROOT))
    .filter(({ name, isDirectory }) =>
      isDirectory && !ignored.includes(`/${name}/`) &&
      // Editors and tools have hidden ones of their own.
      (!name.startsWith(".") || name === ".ci")
    )
    .map(({ name }) => `${name}/`);
  const section = sectionOf("The layers");
  assert(folders.includes("docs/"));
  assertEquals(folders.filter((it) => !section.includes(it)), []);
  // Those that are no layers have a line of their own.
  const named = Array.from(section.matchAll(/^- `(\S+\/)`/gm), ([, it]) => it);
  const roots = new Set(LAYERS.flat().map((it) => `${it.split("/")[0]}/`));
  assertEquals(
    named.toSorted(),
    folders.filter((it) => !roots.has(it)).toSorted(),
  );
});

Deno.test("ARCHITECTURE.md says of its words where they are", () => {
  const rows = sectionOf("Words").split("\n").filter((it) =>
    /^\| (?!word |-)/.test(it)
  );
  assert(rows.length > 20);
  const missing: string[] = [];
  for (const row of rows) {
    // The second of two is in the folder of the first, if it says no other.
    let folder = "";
    for (const [, path] of row.split("|").at(-2)!.matchAll(CODE)) {
      const places = [`_internal/${path}`, path, folder + path];
      const found = places.find(exists);
      if (found === undefined) missing.push(path);
      else folder = found.slice(0, found.lastIndexOf("/") + 1);
    }
  }
  assertEquals(missing, []);
});
