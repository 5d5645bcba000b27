/**
 * The pages that go with the package: those that a reader of the README is led to.
 *
 * @module
 */

import { pathFromRoot, ROOT } from "./std_source.ts";

const PAGES = ["README.md", "LICENSE", "CHANGELOG.md", "ARCHITECTURE.md"];
const FOLDERS = ["docs", "docs/bench"];
const PAGE = /\.(?:md|svg)$/;
/** A link or a picture that is a path. */
const LINK = /(!?)\[([^\]]+)\]\((?!\w+:|#)([^)#]+)(?:#[^)]*)?\)/g;

/**
 * Reads the pages of the package.
 *
 * @returns Their texts by their paths. What they say of other files of the repository is no link.
 */
export async function readPages(): Promise<Map<string, string>> {
  const paths = [...PAGES, ...FOLDERS.flatMap(listPages)];
  const pages = new Map<string, string>();
  for (const path of paths) {
    const text = await Deno.readTextFile(new URL(path, ROOT));
    pages.set(
      path,
      path.endsWith(".md") ? withLinksTo(paths, path, text) : text,
    );
  }
  return pages;
}

function listPages(folder: string): string[] {
  return Array.from(Deno.readDirSync(new URL(folder, ROOT)))
    .filter(({ isFile, name }) => isFile && PAGE.test(name))
    .map(({ name }) => `${folder}/${name}`);
}

function withLinksTo(paths: string[], path: string, text: string): string {
  return text.replaceAll(LINK, (link, picture, label, to) => {
    if (paths.includes(pathFromRoot(to, path))) return link;
    if (picture !== "") {
      throw new Error(`${path} shows ${to}, which is no page`);
    }
    return label;
  });
}
