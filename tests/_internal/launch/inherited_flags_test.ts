import { assertEquals, assertStringIncludes } from "@std/assert";
import { parseCommandLine } from "../../../_internal/launch/command_line.ts";
import {
  flagsFor,
  permissionFlagsFor,
  withRoomToLoad,
} from "../../../_internal/launch/inherited_flags.ts";
import { runDeno, TempFiles } from "./run_deno.ts";

const LAUNCH = new URL("../../../_internal/launch/", import.meta.url);
const FLAGS = new URL("inherited_flags.ts", LAUNCH).href;

function flags(line: string, ...files: string[]): string {
  const exists = (path: string) => files.includes(path);
  return flagsFor(parseCommandLine(line.split(" ")), "/home/me", exists).join(
    " ",
  );
}

/** Starts a child of itself in `/`, which imports what it is given. */
const STARTER = `
import { inheritedFlags } from ${JSON.stringify(FLAGS)};
const [module] = Deno.args;
const main = "data:text/javascript," + encodeURIComponent("import(" + JSON.stringify(module) + ")");
const { stdout, stderr } = new Deno.Command(Deno.execPath(), {
  args: ["run", ...inheritedFlags(), "-A", main],
  cwd: "/",
}).outputSync();
console.log(new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr));
`;

async function startedBy(files: TempFiles, start: string, ...args: string[]) {
  const { stdout, stderr } = await runDeno([...args], {
    cwd: files.path(start),
  });
  return stdout + stderr;
}

Deno.test("inheritedFlags() keeps what decides how modules resolve and run", () => {
  assertEquals(
    flags(
      "deno run -A --no-config --no-npm --no-remote --cached-only --v8-flags=--expose-gc " +
        "--seed 5 --location http://a.b/ --unstable-kv --sloppy-imports -q m.ts",
    ),
    "--no-config --no-npm --no-remote --cached-only --v8-flags=--expose-gc " +
      "--seed=5 --location=http://a.b/ --unstable-kv --sloppy-imports --quiet",
  );
});

Deno.test("withRoomToLoad() leaves alone who says how much room new objects have", () => {
  const ours = "--v8-flags=--min-semi-space-size=2";
  assertEquals(withRoomToLoad(["--quiet"]), [ours, "--quiet"]);
  assertEquals(
    withRoomToLoad(["--v8-flags=--expose-gc"]),
    [ours, "--v8-flags=--expose-gc"],
  );
  for (const flag of ["--max-semi-space-size=1", "--min_semi_space_size=8"]) {
    const theirs = [`--v8-flags=--expose-gc,${flag}`];
    assertEquals(withRoomToLoad(theirs), theirs);
    assertEquals(withRoomToLoad(["--quiet"], flag), ["--quiet"]);
  }
  const elsewhere = "--config=/semi-space/deno.json";
  assertEquals(withRoomToLoad([elsewhere], "--expose-gc"), [ours, elsewhere]);
  assertEquals(withRoomToLoad([ours, "--quiet"]), [ours, "--quiet"]);
});

Deno.test("inheritedFlags() makes paths absolute and leaves URLs", () => {
  assertEquals(
    flags(
      "deno run -c ../c.json --import-map=maps/m.json --lock --cert ca.pem --preload ./p.ts m.ts",
    ),
    "--config=/home/c.json --import-map=/home/me/maps/m.json --lock=/home/me/deno.lock " +
      "--cert=/home/me/ca.pem --preload=/home/me/p.ts",
  );
  assertEquals(
    flags(
      "deno run --no-config --import-map=https://a.b/m.json --cert base64:AA== --require npm:x --preload p m.ts",
    ),
    "--no-config --import-map=https://a.b/m.json --cert=base64:AA== --require=npm:x --preload=p",
  );
  assertEquals(
    flags("deno run --no-config --preload p m.ts", "/home/me/p"),
    "--no-config --preload=/home/me/p",
  );
});

Deno.test("inheritedFlags() drops what belongs to one run of the parent", () => {
  assertEquals(
    flags(
      "deno test -A --no-config --watch --inspect-brk --coverage=c --reload --filter x --parallel " +
        "--env-file=.env --no-check --allow-scripts --unstable-hmr --trace-leaks --ext ts a.ts",
    ),
    "--no-config",
  );
});

Deno.test("inheritedFlags() names the configuration file that the parent found", () => {
  const found = "--config=/home/me/deno.json";
  assertEquals(flags("deno run src/m.ts", "/home/me/deno.json"), found);
  assertEquals(
    flags("deno run src/m.ts", "/home/me/src/deno.jsonc", "/home/me/deno.json"),
    "--config=/home/me/src/deno.jsonc",
  );
  assertEquals(
    flags("deno run file:///home/me/a%20b/m.ts", "/home/me/a b/deno.json"),
    "--config=/home/me/a b/deno.json",
  );
  assertEquals(
    flags(
      "deno run node_modules/x/m.ts",
      "/home/me/node_modules/x/deno.json",
      "/home/me/deno.json",
    ),
    found,
  );
  assertEquals(
    flags(
      "deno test /other/a_test.ts",
      "/other/deno.json",
      "/home/me/deno.json",
    ),
    found,
  );
  assertEquals(flags("deno run npm:x", "/home/me/deno.json"), found);
});

Deno.test("inheritedFlags() keeps a stray configuration file out where the parent had none", () => {
  assertEquals(flags("deno run src/m.ts"), "--no-config");
  assertEquals(
    flags("deno run https://a.b/m.ts", "/home/me/deno.json"),
    "--no-config",
  );
});

Deno.test("inheritedFlags() resolves packages as Node does for a lone package.json", () => {
  const line = "deno run src/m.ts";
  const flag = "--no-config --node-modules-dir=manual";
  assertEquals(flags(line, "/home/me/package.json"), flag);
  assertEquals(
    flags(line, "/home/me/src/package.json", "/home/me/deno.json"),
    flag,
  );
  assertEquals(
    flags(line, "/home/me/package.json", "/home/me/deno.json"),
    "--config=/home/me/deno.json",
  );
  assertEquals(
    flags("deno run --node-modules-dir=none m.ts", "/home/me/package.json"),
    "--node-modules-dir=none --no-config",
  );
});

Deno.test("inheritedPermissionFlags() has long names and absolute paths", () => {
  const raw = (line: string) =>
    permissionFlagsFor(parseCommandLine(line.split(" ")), "/home/me").join(" ");
  assertEquals(
    raw(
      "deno run -R=.,/b -N --deny-net=a.com --allow-run=deno,./x --ignore-env=A -q m.ts -A",
    ),
    "--allow-read=/home/me,/b --allow-net --deny-net=a.com --allow-run=deno,/home/me/x --ignore-env=A",
  );
  assertEquals(raw("deno run -AP m.ts"), "--allow-all --permission-set");
  assertEquals(raw("deno test -P -Pwide m.ts"), "--permission-set=wide");
});

Deno.test("inheritedFlags() gives a child the import map of its parent", async (t) => {
  using files = new TempFiles({
    "start.ts": STARTER,
    "app/deno.json": `{ "imports": { "lib": "./lib.ts" } }`,
    "app/lib.ts": `console.log("app's lib");`,
    "app/src/main.ts": `import "lib";`,
    "app/src/start.ts": STARTER,
    "other/deno.json":
      `{ "imports": { "lib": "data:text/javascript,console.log('stray')" } }`,
    "map.json": `{ "imports": { "lib": "./app/lib.ts" } }`,
    "workspace/deno.json":
      `{ "workspace": ["./a"], "imports": { "lib": "../app/lib.ts" } }`,
    "workspace/a/deno.json": `{ "name": "@w/a", "exports": "./main.ts" }`,
    "workspace/a/main.ts": `import "lib";`,
    "workspace/a/start.ts": STARTER,
  });
  const main = files.url("app/src/main.ts");

  await t.step("found above the main module", async () => {
    assertEquals(
      await startedBy(files, "other", "run", "-A", "../app/src/start.ts", main),
      "app's lib",
    );
  });
  await t.step("found above the working directory, by eval", async () => {
    assertEquals(
      await startedBy(files, "app", "eval", STARTER, main),
      "app's lib",
    );
  });
  await t.step("given as --import-map", async () => {
    assertEquals(
      await startedBy(
        files,
        ".",
        "run",
        "-A",
        "--no-config",
        "--import-map",
        "map.json",
        "start.ts",
        main,
      ),
      "app's lib",
    );
  });
  await t.step("given as --config", async () => {
    assertEquals(
      await startedBy(
        files,
        "app",
        "run",
        "-Ac",
        "deno.json",
        "../start.ts",
        main,
      ),
      "app's lib",
    );
  });
  await t.step("of a workspace", async () => {
    const member = files.url("workspace/a/main.ts");
    assertEquals(
      await startedBy(
        files,
        "other",
        "run",
        "-A",
        "../workspace/a/start.ts",
        member,
      ),
      "app's lib",
    );
  });
  await t.step("none", async () => {
    assertStringIncludes(
      await startedBy(files, "other", "run", "-A", "../start.ts", main),
      `Import "lib" not a dependency`,
    );
  });
});

Deno.test("inheritedFlags() gives a child the packages of a lone package.json", async () => {
  using files = new TempFiles({
    "package.json":
      `{ "dependencies": { "p": "1.0.0" }, "imports": { "#in": "./in.ts" } }`,
    "node_modules/p/package.json":
      `{ "name": "p", "version": "1.0.0", "type": "module", "main": "p.js" }`,
    "node_modules/p/p.js": `console.log("p");`,
    "in.ts": `console.log("in");`,
    "src/main.ts": `import "p"; import "npm:p@1"; import "#in";`,
    "src/start.ts": STARTER,
  });
  assertEquals(
    await startedBy(
      files,
      ".",
      "run",
      "-A",
      "src/start.ts",
      files.url("src/main.ts"),
    ),
    "p\nin",
  );
});

Deno.test("inheritedFlags() without permissions tells what it can and asks for none", async () => {
  using files = new TempFiles({
    "deno.json": "{}",
    "main.ts": `
      import { inheritedFlags, inheritedPermissionFlags } from ${
      JSON.stringify(FLAGS)
    };
      const exists = Deno.args[0] && ((path) => path === Deno.args[0]);
      console.log(...inheritedFlags(undefined, exists), ...inheritedPermissionFlags());`,
  });
  const config = files.path("deno.json");
  const says = async (...args: string[]) =>
    (await runDeno(["run", ...args], { cwd: files.directory })).stdout;
  assertEquals(await says("main.ts"), "");
  assertEquals(await says("main.ts", config), `--config=${config}`);
  assertEquals(await says("--allow-read", "main.ts"), `--config=${config}`);
  assertEquals(
    await says(
      `data:text/javascript,import ${JSON.stringify(files.url("main.ts"))}`,
    ),
    "",
  );
});

Deno.test("inheritedFlags() takes the command line from a reader", async () => {
  const source = `import { inheritedFlags, inheritedPermissionFlags } from ${
    JSON.stringify(FLAGS)
  };
    const read = () => new TextEncoder().encode("deno\\0run\\0--no-config\\0-R=/x\\0--seed=3\\0m.ts\\0");
    console.log(JSON.stringify([inheritedFlags(read), inheritedPermissionFlags(read)]));`;
  const { stdout } = await runDeno([
    "run",
    `data:text/javascript,${encodeURIComponent(source)}`,
  ]);
  assertEquals(stdout, `[["--no-config","--seed=3"],["--allow-read=/x"]]`);
});

Deno.test("hasUnstableFeature() sees flags and the configuration file", async () => {
  using files = new TempFiles({
    "with/deno.json": `{ "unstable": ["kv", "worker-options"] }`,
    "without/deno.json": `{ "unstable": ["kv"] }`,
  });
  const source = `import { hasUnstableFeature } from ${JSON.stringify(FLAGS)};
    console.log(hasUnstableFeature("worker-options"));`;
  files.write("with/m.ts", source);
  files.write("without/m.ts", source);
  const says = async (...args: string[]) =>
    (await runDeno(args, { cwd: files.directory })).stdout;
  assertEquals(await says("run", "-A", "with/m.ts"), "true");
  assertEquals(await says("run", "-A", "without/m.ts"), "false");
  assertEquals(
    await says("run", "-A", "--unstable-worker-options", "without/m.ts"),
    "true",
  );
  assertEquals(await says("run", "-R", "without/m.ts"), "undefined");
});

Deno.test("hasUnstableFeature() asks the workspace, not its member", async () => {
  const source = `import { hasUnstableFeature } from ${JSON.stringify(FLAGS)};
    console.log(["worker-options", "kv"].map((it) => hasUnstableFeature(it)).join());`;
  using files = new TempFiles({
    "deno.json": `{ "workspace": ["./a"], "unstable": ["worker-options"] }`,
    "a/deno.json": `{ "unstable": ["kv"] }`,
    "a/m.ts": source,
    "b/deno.json": `{ "unstable": ["kv"] }`,
    "b/m.ts": source,
  });
  const says = async (path: string) =>
    (await runDeno(["run", "-A", path], { cwd: files.directory })).stdout;
  assertEquals(await says("a/m.ts"), "true,false");
  // It is none of the workspace.
  assertEquals(await says("b/m.ts"), "false,true");
});
