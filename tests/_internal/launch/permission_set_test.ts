import { assertEquals } from "@std/assert";
import { parseJsonc } from "../../../_internal/launch/jsonc.ts";
import { withoutSets } from "../../../_internal/launch/permission_set.ts";

const CONFIG = `{
  // Comments, and commas at ends: "as people write them".
  "permissions": {
    "default": { "read": ["./x", "/y"], "net": true, "run": ["deno", "./z"], },
    "wide": { "all": true },
    "mixed": {
      "env": { "allow": true, "deny": ["SECRET"], "ignore": ["HOME"] },
      "ffi": { "allow": ["lib.so"] }, /* no comma after this */
      "sys": false,
    },
  },
}`;

function flags(...raw: string[]): string {
  const read = (path: string) => path === "/app/deno.json" ? CONFIG : undefined;
  return withoutSets(raw, "/app/deno.json", read).join(" ");
}

Deno.test("withoutSets() writes sets out as flags, with absolute paths", () => {
  assertEquals(
    flags("--permission-set", "--allow-env=A"),
    "--allow-env=A --allow-read=/app/x,/y --allow-net --allow-run=deno,/app/z",
  );
  assertEquals(flags("--permission-set=wide"), "--allow-all");
  assertEquals(
    flags("--permission-set=mixed"),
    "--allow-env --deny-env=SECRET --ignore-env=HOME --allow-ffi=/app/lib.so",
  );
});

Deno.test("withoutSets() grants nothing for a set that is not found", () => {
  const wanted = ["--permission-set", "--deny-net"];
  assertEquals(flags("--permission-set=other"), "");
  assertEquals(withoutSets(wanted, undefined, () => CONFIG), ["--deny-net"]);
  assertEquals(withoutSets(wanted, "/a", () => undefined), ["--deny-net"]);
  assertEquals(withoutSets(wanted, "/a", () => "{"), ["--deny-net"]);
  assertEquals(flags("--allow-net"), "--allow-net");
});

Deno.test("withoutSets() takes a set that a member of a workspace lacks from the workspace", () => {
  const files: Record<string, string> = {
    "/app/deno.json":
      `{ "workspace": ["./a"], "permissions": { "default": { "env": ["ROOT"], "read": ["./x"] }, "wide": { "all": true } } }`,
    "/app/a/deno.json":
      `{ "permissions": { "default": { "env": ["MEMBER"] } } }`,
  };
  const written = (flag: string) =>
    withoutSets(
      [flag],
      "/app/a/deno.json",
      (path) => files[path],
      (path) => path in files,
    );
  assertEquals(written("--permission-set"), ["--allow-env=MEMBER"]);
  assertEquals(written("--permission-set=wide"), ["--allow-all"]);
  files["/app/a/deno.json"] = "{}";
  assertEquals(written("--permission-set"), [
    "--allow-read=/app/x",
    "--allow-env=ROOT",
  ]);
});

Deno.test("parseJsonc() keeps what only looks like a comment", () => {
  assertEquals(
    parseJsonc('{ "a": "// \\" /* ,] */", /* b */ "c": [1, /* , */ ], }'),
    { a: '// " /* ,] */', c: [1] },
  );
  assertEquals(parseJsonc("{ a }"), undefined);
});
