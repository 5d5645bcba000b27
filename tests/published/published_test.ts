// The package as a program gets it that has no working tree at hand: from a server, by URL.

import { assertEquals } from "@std/assert";
import { BUILD, build } from "../../scripts/build.ts";
import {
  packageImports,
  readPublicModules,
} from "../../scripts/public_modules.ts";
import { ROOT } from "../../scripts/std_source.ts";
import { runProgram } from "../run_program.ts";
import { IS_FFI_DENIED } from "../shared_memory.ts";

const FIXTURES = new URL("../fixtures/published/", import.meta.url);
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

/**
 * The program that uses everything, in a folder of its own, with the package of a folder from an
 * address. It may read its own modules only: those of the package come from there.
 */
async function install(root: URL, address: string) {
  const home = await Deno.makeTempDir({ dir: folder });
  for (const name of ["everything.ts", "double.ts"]) {
    await Deno.copyFile(new URL(name, FIXTURES), `${home}/${name}`);
  }
  const imports = await packageImports(root, address);
  const map = `${home}/import_map.json`;
  await Deno.writeTextFile(map, JSON.stringify({ imports }));
  const program = `${home}/everything.ts`;
  const deno = async (subcommand: string, flags: string[], said: string) => {
    const { code, stdout, stderr } = await runProgram(program, [
      subcommand,
      "--quiet",
      "--no-lock",
      ...flags,
      `--import-map=${map}`,
      program,
    ], { cwd: home, env: { DENO_DIR: `${home}/deno` }, timeout: 120 });
    assertEquals([stdout, stderr, code], [said, "", 0]);
  };
  return {
    cache: (flags: string[]) => deno("cache", flags, ""),
    run: (flags: string[]) => {
      const usual = ["--no-prompt", "--allow-run", `--allow-read=${home}`];
      return deno("run", [...usual, ...flags], SAID);
    },
  };
}

for (
  const { name, root } of [
    { name: "sources", root: ROOT },
    { name: "built package", root: BUILT },
  ]
) {
  Deno.test(`The ${name} can be used from a server`, async () => {
    await using server = serve(root);
    const { host } = server;
    const sharing = IS_FFI_DENIED ? "--allow-net=127.0.0.1" : "--allow-ffi";
    const program = await install(root, `http://${host}/`);
    await program.run([sharing, `--allow-import=${host}`]);
  });
}

Deno.test("All that the built package starts is there after deno cache", async () => {
  const server = serve(BUILT);
  const { host } = server;
  const program = await install(BUILT, `http://${host}/`);
  await program.cache([`--allow-import=${host}`]);
  await server[Symbol.asyncDispose]();
  const flags = ["--cached-only", `--allow-import=${host}`];
  if (!IS_FFI_DENIED) await program.run([...flags, "--allow-ffi"]);
  await program.run([...flags, "--allow-net=127.0.0.1"]);
});

// Its thread starts though the program is blocked, and nothing is fetched meanwhile.
Deno.test("The built package has its hub, also from a server", async () => {
  await using server = serve(BUILT);
  const { host } = server;
  const program = await install(BUILT, `http://${host}/`);
  await program.run(["--allow-net=127.0.0.1", `--allow-import=${host}`]);
});

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

/** The files that a module loads with itself. */
async function loadedBy(url: URL, seen = new Set<string>()): Promise<string[]> {
  if (seen.has(url.href)) return [];
  seen.add(url.href);
  const text = await Deno.readTextFile(url);
  const imports = text.matchAll(
    /^(?:import|export)\b[^"]*"(\.[^"]+)"|;import[^"(]*"(\.[^"]+)"/gm,
  );
  for (const [, first, next] of imports) {
    await loadedBy(new URL(first ?? next!, url), seen);
  }
  return [...seen];
}

Deno.test("The built package loads what of it is used", async () => {
  const has = async (path: string, code: RegExp) => {
    const files = await loadedBy(new URL(path, BUILT));
    const texts = await Promise.all(
      files.map((file) => Deno.readTextFile(new URL(file))),
    );
    return texts.some((text) => code.test(text));
  };
  const MANAGER = /class _?Manager\b/;
  const HUB = /\bHubClient\b/;
  const PROCESS = /class _?Process\b/;
  assertEquals(await has("mod.js", MANAGER), true);
  assertEquals(await has("process/mod.js", PROCESS), true);
  assertEquals(await has("process/mod.js", MANAGER), false);
  assertEquals(await has("_internal/hub/client.js", HUB), true);
  assertEquals(await has("_internal/codec/mod.js", HUB), false);
  assertEquals(await has("_internal/codec/mod.js", PROCESS), false);
});

Deno.test("The built package has types", async () => {
  const program = `${folder}/typed.ts`;
  await Deno.writeTextFile(
    program,
    `import { Barrier, Pipe, Pool, Process, Queue, Thread, type WaitOptions } from ${
      JSON.stringify(new URL("mod.js", BUILT).href)
    };
await using pool = new Pool(1);
const n: number = await pool.apply((text: string) => text.length, ["abc"]);
// @ts-expect-error -- a number is no string
await pool.apply((text: string) => text.length, [n]);

// What may be left out may be undefined, which exactOptionalPropertyTypes tells apart.
const none: { [name in string]?: never } = {};
const { signal, timeout } = none as WaitOptions;
await new Queue<number>({ maxSize: none.maxSize }).get({ timeout, signal });
await pool.apply(() => 1, [], { timeout, signal, callback: none.callback });
await pool.map((n) => n, [1], { chunkSize: none.size, progress: none.progress });
new Pool(1, { initializer: none.initializer, env: none.env, name: none.name });
new Process({ target: none.target, args: none.args, cwd: none.cwd, signal });
new Thread({ target: none.target, args: none.args, name: none.name, signal });
new Pipe({ duplex: none.duplex });
new Barrier(1, { action: none.action, timeout });
`,
  );
  await Deno.writeTextFile(
    `${folder}/exact.json`,
    JSON.stringify({ compilerOptions: { exactOptionalPropertyTypes: true } }),
  );
  const { code, stderr } = await runProgram(program, [
    "check",
    "--quiet",
    "--no-lock",
    "--config",
    `${folder}/exact.json`,
    program,
  ], { timeout: 120 });
  assertEquals([stderr, code], ["", 0]);
});

Deno.test("The built package can be published", async () => {
  const { code, stderr } = await runProgram("deno publish", [
    "publish",
    "--dry-run",
    "--allow-dirty",
  ], { cwd: BUILT, timeout: 120 });
  assertEquals(code, 0, stderr);
});

Deno.test("deno task publish publishes what deno task build makes", async () => {
  const { tasks } = JSON.parse(
    await Deno.readTextFile(new URL("deno.json", ROOT)),
  );
  const [, folder] = /^deno task build && cd (\S+) && deno publish$/.exec(
    tasks.publish.command,
  )!;
  assertEquals(new URL(`${folder}/`, ROOT).href, BUILD.href);
});
