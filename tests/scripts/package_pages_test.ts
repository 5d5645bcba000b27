import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readPages } from "../../scripts/package_pages.ts";

Deno.test("readPages() gives pages that link to each other, and to nothing else", async () => {
  const pages = await readPages();
  const links: string[] = [];
  for (const [path, text] of pages) {
    if (!path.endsWith(".md")) continue;
    for (const [, to] of text.matchAll(/\]\(([^)#]+)/g)) {
      if (/^\w+:/.test(to)) continue;
      links.push(to);
      const { pathname } = new URL(to, `file:///${path}`);
      assert(pages.has(pathname.slice(1)), `${path} links to ${to}`);
    }
  }
  assert(links.includes("docs/pools.md"));
  assert(links.includes("docs/bench/overview.svg"));
});

Deno.test("readPages() keeps the text of a link to what is no page", async () => {
  const readme = (await readPages()).get("README.md")!;
  assertStringIncludes(readme, "Each program in\nexamples/ says what it needs");
  assertEquals(readme.match(/\]\((?:examples|bench|CONTRIBUTING)/), null);
});
