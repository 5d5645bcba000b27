import { assertEquals } from "@std/assert";
import {
  readContent,
  workspaceOf,
} from "../../../_internal/launch/workspace.ts";

/** What is above `/w/p/a/deno.json`, or another member. */
function workspaceAbove(
  files: Readonly<Record<string, unknown>>,
  path = "/w/p/a/deno.json",
) {
  const all: Record<string, unknown> = { [path]: {}, ...files };
  const read = (file: string) => JSON.stringify(all[file]);
  const found = workspaceOf(
    readContent(path, read)!,
    read,
    (file) => file in all,
  );
  return found && found.directory;
}

Deno.test("workspaceOf() finds the workspace that lists a member", () => {
  for (
    const listed of [
      "./p/a",
      "p/a/",
      "p/*",
      "p/?",
      "**",
      "p/**",
      "../w/p/a",
      "/w/p/a",
      "file:///w/p/a",
      "./**/a",
    ]
  ) {
    const lists = (workspace: unknown) =>
      workspaceAbove({ "/w/deno.jsonc": { workspace } });
    assertEquals(lists([listed]), "/w", listed);
    assertEquals(lists({ members: ["./x", listed] }), "/w", listed);
    assertEquals(lists([listed, "!p/a"]), null, listed);
  }
});

Deno.test("workspaceOf() takes no workspace that does not list the member", () => {
  for (const listed of ["./a", "p", "*", "p/a/*", "p/??", "p/.", 3]) {
    const workspace = [listed];
    assertEquals(workspaceAbove({ "/w/deno.json": { workspace } }), null);
  }
  for (const workspace of [null, "p/a", { members: "p/a" }, {}]) {
    assertEquals(workspaceAbove({ "/w/deno.json": { workspace } }), null);
  }
  assertEquals(
    workspaceAbove({
      "/deno.json": { workspace: ["./w/p/a"] },
      "/w/deno.json": { workspace: ["./x"] },
    }),
    null,
  );
});

Deno.test("workspaceOf() looks past what is no workspace, and not above one", () => {
  const above = { "/w/deno.json": { workspace: ["./p/a"] } };
  assertEquals(workspaceAbove({ "/w/p/deno.json": {}, ...above }), "/w");
  assertEquals(
    workspaceAbove({ "/w/p/a/deno.json": { workspace: ["./b"] }, ...above }),
    null,
  );
  assertEquals(workspaceAbove({}, "/deno.json"), null);
  assertEquals(workspaceAbove({}), null);
});

Deno.test("workspaceOf() says nothing where it cannot read what there is", () => {
  assertEquals(workspaceAbove({ "/w/deno.json": undefined }), undefined);
});
