// The package as a program gets it that has no working tree at hand: from a server, by URL.

import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { build } from "../../scripts/build.ts";
import { readPublicModules } from "../../scripts/public_modules.ts";
import { ROOT } from "../../scripts/std_source.ts";
import { runProgram } from "../run_program.ts";

const FIXTURES = new URL("../fixtures/published/", import.meta.url);
/** What the program says of a manager, which needs memory that processes share. */
const MANAGED = "2\n42\n";
const SAID = `process 0 1
subclass Worker-2 0
thread 0
pipe 0
true false
[ 2, 4, 6 ]
true -1 is negative
42
2
42
barrier 0
`;

const folder = await Deno.makeTempDir();
const BUILT = new URL(`file://${folder}/build/`);
await build(BUILT);

Deno.test.afterAll(async () => {
  await Deno.remove(folder, { recursive: true });
});

/** Serves a folder as JSR does, until it is disposed of. */
function serve(root: URL) {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async ({ url }) => {
      const path = new URL(url).pathname.slice(1);
      try {
        const body = await Deno.readFile(new URL(path, root));
        const type = path.endsWith(".ts") ? "typescript" : "javascript";
        return new Response(body, {
          headers: { "content-type": `text/${type}` },
        });
      } catch {
        return new Response(null, { status: 404 });
      }
    },
  );
  const host = `127.0.0.1:${server.addr.port}`;
  return {
    host,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Lets programs import the package from where it is served. */
async function importMap(host: string, root: URL): Promise<string> {
  const { name, exports } = JSON.parse(
    await Deno.readTextFile(new URL("deno.json", root)),
  );
  const imports = Object.fromEntries(
    Object.entries<string>(exports).map((
      [key, path],
    ) => [name + key.slice(1), new URL(path, `http://${host}/`).href]),
  );
  const file = `${await Deno.makeTempDir({ dir: folder })}/import_map.json`;
  await Deno.writeTextFile(file, JSON.stringify({ imports }));
  return file;
}

for (
  const { name, root } of [
    { name: "sources", root: ROOT },
    { name: "built package", root: BUILT },
  ]
) {
  // A hub from a server starts only if it is in the cache: a thread that is blocked fetches nothing.
  for (const backend of ["shared"]) {
    Deno.test(`The ${name} can be used from a server, backend ${backend}`, async () => {
      await using server = serve(root);
      const home = await Deno.makeTempDir({ dir: folder });
      const program = `${home}/everything.ts`;
      for (const name of ["everything.ts", "double.ts"]) {
        await Deno.copyFile(new URL(name, FIXTURES), `${home}/${name}`);
      }
      const { code, stdout, stderr } = await runProgram(program, [
        "run",
        "--quiet",
        "--no-lock",
        "--no-prompt",
        "--allow-run",
        ...backend === "hub"
          ? ["--allow-net", "--allow-read"]
          : ["--allow-ffi", `--allow-read=${home}`],
        `--allow-import=${server.host}`,
        `--import-map=${await importMap(server.host, root)}`,
        program,
      ], { cwd: home, env: { DENO_DIR: `${home}/deno` }, timeout: 120 });
      const said = backend === "hub" ? SAID.replace(MANAGED, "") : SAID;
      assertEquals([stdout, stderr, code], [said, "", 0]);
    });
  }
}

Deno.test("The built package has what the sources export", async () => {
  for (const path of await readPublicModules()) {
    const sources = await import(new URL(path, ROOT).href);
    const built = await import(
      new URL(path.replace(/\.ts$/, ".js"), BUILT).href
    );
    assertEquals(Object.keys(built).sort(), Object.keys(sources).sort());
    // Classes say in messages what they are called.
    for (const [name, value] of Object.entries<{ name?: unknown }>(built)) {
      if (/^class/.test(String(value))) assertEquals(value.name, name);
    }
  }
});

Deno.test("The built package has types", async () => {
  const program = `${folder}/typed.ts`;
  await Deno.writeTextFile(
    program,
    `import { Pool } from ${JSON.stringify(new URL("mod.js", BUILT).href)};
await using pool = new Pool(1);
const n: number = await pool.apply((text: string) => text.length, ["abc"]);
// @ts-expect-error -- a number is no string
await pool.apply((text: string) => text.length, [n]);
`,
  );
  const { code, stderr } = await runProgram(program, [
    "check",
    "--quiet",
    "--no-lock",
    program,
  ], { timeout: 120 });
  assertEquals([stderr, code], ["", 0]);
});

Deno.test("The built package can be published", async () => {
  const { code, stderr } = await runProgram("deno publish", [
    "publish",
    "--dry-run",
    "--allow-dirty",
  ], { cwd: fileURLToPath(BUILT), timeout: 120 });
  assertEquals(code, 0, stderr);
});
