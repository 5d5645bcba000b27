import { assertEquals } from "@std/assert";
import { runDeno, TempFiles } from "./run_deno.ts";

const LAUNCH = new URL("../../../_internal/launch/", import.meta.url);

function importLaunch(names: string, file: string): string {
  return `import { ${names} } from ${
    JSON.stringify(new URL(file, LAUNCH).href)
  };\n`;
}

const PROBE = importLaunch("parseCommandLine", "command_line.ts") +
  importLaunch("permissionFlagsFor", "inherited_flags.ts") +
  importLaunch("permissionFlags", "child_permissions.ts") + `
const { own, request, modules, unknown, revoke, config } = JSON.parse(Deno.args[0]);
const line = parseCommandLine(["deno", "run", ...own, "probe.ts"]);
const ownFlags = unknown ? [] : permissionFlagsFor(line, Deno.cwd());
if (revoke) Deno.permissions.revokeSync(revoke);
try {
  console.log(permissionFlags(request ?? "inherit", { ownFlags, modules, config }).join(" "));
} catch (error) {
  console.log(String(error));
}`;

interface Asked {
  readonly request?: unknown;
  readonly modules?: readonly string[];
  /** The program does not know its own flags. */
  readonly unknown?: boolean;
  readonly revoke?: Deno.PermissionDescriptor;
}

/** The flags for a child of a program that runs with flags of its own. */
async function flagsFor(own: string, asked: Asked = {}): Promise<string> {
  using files = new TempFiles({ "probe.ts": PROBE });
  const flags = own.split(" ").filter(Boolean);
  const { stdout, stderr } = await runDeno(
    [
      "run",
      "--no-prompt",
      ...flags,
      "probe.ts",
      JSON.stringify({ own: flags, ...asked }),
    ],
    { cwd: files.directory },
  );
  return (stdout + stderr).replaceAll(files.directory, "DIR").replace(
    / ?--no-prompt$/,
    "",
  );
}

Deno.test("permissionFlags() hands everything on at once", async () => {
  assertEquals(await flagsFor("-A"), "--allow-all");
  assertEquals(
    await flagsFor("-RWNESI --allow-run --allow-ffi"),
    "--allow-all",
  );
});

Deno.test("permissionFlags() always forbids prompts", async () => {
  using files = new TempFiles({ "probe.ts": PROBE });
  const { stdout } = await runDeno([
    "run",
    files.path("probe.ts"),
    `{"own":[]}`,
  ]);
  assertEquals(stdout, "--no-prompt");
});

Deno.test("permissionFlags() hands whole kinds on, with what is denied of them", async () => {
  assertEquals(await flagsFor("-R -E"), "--allow-read --allow-env");
  assertEquals(
    await flagsFor("-A --deny-net=a.com --deny-read=x --ignore-env=SECRET"),
    "--allow-read --deny-read=DIR/x --allow-write --allow-net --deny-net=a.com " +
      "--allow-env --ignore-env=SECRET --allow-sys --allow-run --allow-ffi --allow-import",
  );
});

Deno.test("permissionFlags() withholds a kind whose deny list is not known", async () => {
  assertEquals(
    await flagsFor("-N --deny-net=a.com -E", { unknown: true }),
    "--allow-env",
  );
});

Deno.test("permissionFlags() hands parts on item by item", async () => {
  assertEquals(
    await flagsFor(
      "--allow-read=a,/etc --allow-write=. --allow-net=a.com:80,:81,10.0.0.0/8 --allow-env=A,B_* --allow-sys=uid",
    ),
    "--allow-read=DIR/a,/etc --allow-write=DIR " +
      "--allow-net=a.com:80,0.0.0.0:81,127.0.0.1:81,localhost:81,10.0.0.0/8 --allow-env=A,B_* --allow-sys=uid",
  );
  assertEquals(
    await flagsFor("--allow-run=deno --allow-ffi=libc.so.6"),
    "--allow-run=deno --allow-ffi=DIR/libc.so.6",
  );
  assertEquals(
    await flagsFor(
      "--unstable-subdomain-wildcards --allow-net=*.a.com,unix:/tmp/s",
    ),
    "--allow-net=*.a.com,unix:/tmp/s",
  );
});

Deno.test("permissionFlags() leaves out what was revoked", async () => {
  assertEquals(
    await flagsFor("--allow-env=A,B", {
      revoke: { name: "env", variable: "A" },
    }),
    "--allow-env=B",
  );
  assertEquals(
    await flagsFor("-A", { revoke: { name: "net" } }),
    "--allow-read --allow-write --allow-env --allow-sys --allow-run --allow-ffi --allow-import",
  );
});

Deno.test("permissionFlags() finds likely parts where the flags are not known", async () => {
  assertEquals(
    await flagsFor(
      "--allow-read=. --allow-sys=uid,hostname --allow-run=deno --allow-env=A",
      { unknown: true },
    ),
    "--allow-read=DIR --allow-sys=hostname,uid --allow-run=deno",
  );
});

Deno.test("permissionFlags() keeps imports to where this program may import from", async () => {
  assertEquals(await flagsFor("--allow-import=a.com"), "--allow-import=a.com");
  assertEquals(
    await flagsFor("--allow-import=a.com", { request: "none" }),
    "--allow-import=nowhere.invalid",
  );
  const modules = ["https://a.com/m.ts", "file:///m.ts"];
  assertEquals(
    await flagsFor("--allow-import=a.com", { request: "none", modules }),
    "--allow-import=a.com:443",
  );
  assertEquals(
    await flagsFor("-A", { request: { import: false }, modules }),
    "--allow-import=a.com:443",
  );
  assertEquals(
    await flagsFor("--deny-import=esm.sh:443", { request: "none" }),
    // All that Deno allows by itself, but for what is denied.
    "--allow-import=jsr.io:443,deno.land:443,raw.esm.sh:443,cdn.jsdelivr.net:443," +
      "raw.githubusercontent.com:443,gist.githubusercontent.com:443 " +
      "--deny-import=esm.sh:443",
  );
});

Deno.test("permissionFlags() grants nothing for none", async () => {
  assertEquals(await flagsFor("-A", { request: "none" }), "");
});

Deno.test("permissionFlags() grants what an object names and no more", async () => {
  assertEquals(
    await flagsFor("-A", {
      request: {
        read: true,
        write: ["x", "/y"],
        net: "inherit",
        env: false,
        sys: [],
        run: ["deno", "./z"],
      },
    }),
    "--allow-read --allow-write=DIR/x,/y --allow-net --allow-run=deno,DIR/z",
  );
  assertEquals(
    await flagsFor("-R --deny-read=/etc", { request: { read: ["/"] } }),
    "--allow-read=/ --deny-read=/etc",
  );
});

Deno.test("permissionFlags() refuses what this program has not itself", async () => {
  const start = "NotCapable: Cannot start process: permissions";
  const refused = async (own: string, request: Deno.PermissionOptionsObject) =>
    await flagsFor(own, { request });
  assertEquals(
    await refused("", { read: ["/etc"] }),
    `${start}.read asks for "/etc", which this program may not read itself`,
  );
  assertEquals(
    await refused("-R --deny-read=/etc", { read: ["/etc"] }),
    `${start}.read asks for "/etc", which this program may not read itself`,
  );
  assertEquals(
    await refused("--allow-net=a.com:80", { net: ["a.com"] }),
    `${start}.net asks for "a.com", which this program may not connect to itself`,
  );
  assertEquals(
    await refused("--allow-net=10.0.0.0/24", { net: ["10.0.0.0/8"] }),
    `${start}.net asks for "10.0.0.0/8", which this program may not connect to itself`,
  );
  assertEquals(
    await refused("--allow-env=A", { env: true }),
    `${start}.env is true, but this program may not see everything itself`,
  );
});

Deno.test("permissionFlags() refuses what is no permission", async () => {
  const start = "TypeError: Cannot start process: permissions";
  const refused = async (request: unknown) => await flagsFor("-A", { request });
  assertEquals(
    await refused({ fs: true }),
    `${start}.fs is no permission of Deno`,
  );
  assertEquals(
    await refused({ read: "/etc" }),
    `${start}.read is none of "inherit", a boolean and an array`,
  );
  assertEquals(
    await refused("all"),
    `${start} is none of "inherit", "none" and an object`,
  );
  assertEquals(
    await refused({ read: ["/a,b"] }),
    `TypeError: Cannot start process: permissions.read has "/a,b", and a comma cannot be passed on`,
  );
  assertEquals(
    await refused({ env: [1] }),
    `TypeError: Cannot start process: permissions.env has an item that is no string`,
  );
  assertEquals(
    await flagsFor("--allow-sys=uid", { request: { sys: ["bogus"] } }),
    `TypeError: Cannot start process: unknown system info kind "bogus"`,
  );
});

Deno.test("permissionFlags() hands a permission set on", async () => {
  using files = new TempFiles({
    "deno.json":
      `{ "permissions": { "default": { "read": ["./x"], "net": true, "env": { "deny": ["B"], "allow": true } } } }`,
    "query.ts": `
      const query = (descriptor) => Deno.permissions.querySync(descriptor).state;
      console.log(
        query({ name: "read" }), query({ name: "read", path: ${"`${import.meta.dirname}/x`"} }), query({ name: "net" }),
        query({ name: "env", variable: "A" }), query({ name: "env", variable: "B" }), query({ name: "sys", kind: "uid" }),
        query({ name: "write" }), query({ name: "import", host: "jsr.io:443" }),
      );`,
    "probe.ts": PROBE,
  });
  const own = ["-P", "--allow-sys=uid", `--allow-run=${Deno.execPath()}`];
  const parent = await runDeno([
    "run",
    "--no-prompt",
    ...own,
    files.path("query.ts"),
  ]);
  const { stdout: flags } = await runDeno([
    "run",
    ...own,
    files.path("probe.ts"),
    JSON.stringify({ own, config: files.path("deno.json") }),
  ]);
  const child = await runDeno([
    "run",
    `--config=${files.path("deno.json")}`,
    ...flags.split(" "),
    `data:text/javascript,import ${JSON.stringify(files.url("query.ts"))}`,
  ], { cwd: "/" });
  assertEquals(child.stdout, parent.stdout);
  assertEquals(
    child.stdout,
    "prompt granted granted granted denied granted prompt granted",
  );
});

const RUN_PROBE = importLaunch("denoCommand", "deno_command.ts") +
  importLaunch("runPermissionError", "deno_command.ts") + `
const error = runPermissionError("start Process-1");
if (error) console.log(String(error));
else {
  const { stdout } = new Deno.Command(denoCommand(), { args: ["eval", "console.log('ran')"], stderr: "null" }).outputSync();
  console.log(new TextDecoder().decode(stdout));
}`;

Deno.test("denoCommand() runs under either grant, runPermissionError() names the right one", async (t) => {
  using files = new TempFiles({
    "probe.ts": RUN_PROBE,
    "other/deno": "not Deno",
  });
  Deno.mkdirSync(files.path("bin"));
  Deno.symlinkSync(Deno.execPath(), files.path("bin/deno"));
  Deno.chmodSync(files.path("other/deno"), 0o755);
  const says = async (own: string, directory: string) =>
    (await runDeno([
      "run",
      "--no-prompt",
      ...own.split(" ").filter(Boolean),
      files.path("probe.ts"),
    ], {
      env: { PATH: files.path(directory) },
    })).stdout;
  const refusal =
    "NotCapable: Cannot start Process-1: no permission to run Deno; add --allow-run=";

  await t.step(
    "all programs",
    async () => assertEquals(await says("--allow-run", "bin"), "ran"),
  );
  await t.step(
    "the path",
    async () =>
      assertEquals(
        await says(`--allow-run=${Deno.execPath()}`, "other"),
        "ran",
      ),
  );
  await t.step(
    "the name",
    async () => assertEquals(await says("--allow-run=deno", "bin"), "ran"),
  );
  await t.step("the name, of another program", async () => {
    assertEquals(
      await says("--allow-run=deno --allow-env=PATH -R", "other"),
      refusal + Deno.execPath(),
    );
  });
  await t.step("none, deno is this one", async () => {
    assertEquals(await says("--allow-env=PATH -R", "bin"), `${refusal}deno`);
  });
  await t.step("none, deno may be any", async () => {
    assertEquals(await says("", "bin"), refusal + Deno.execPath());
    assertEquals(
      await says("--allow-env=PATH", "bin"),
      refusal + Deno.execPath(),
    );
    assertEquals(await says("--deny-run", "bin"), refusal + Deno.execPath());
  });
});

const THREAD_PROBE = importLaunch("workerPermissions", "child_permissions.ts") +
  `
const show = (request) => {
  try {
    console.log(JSON.stringify(workerPermissions(request)));
  } catch (error) {
    console.log(String(error));
  }
};
show("inherit"); show("none"); show({ read: true }); show("some");`;

Deno.test("workerPermissions() gives the options of a Worker, if the program may set them", async () => {
  using files = new TempFiles({ "probe.ts": THREAD_PROBE });
  const wrong =
    `TypeError: Cannot start thread: permissions is none of "inherit", "none" and an object`;
  const refused =
    `NotSupported: Cannot start thread: permissions other than "inherit" need --unstable-worker-options`;
  const says = async (...flags: string[]) =>
    (await runDeno(["run", ...flags, files.path("probe.ts")])).stdout.split(
      "\n",
    );
  const options = [
    `{"deno":{"permissions":"none"}}`,
    `{"deno":{"permissions":{"read":true}}}`,
  ];
  assertEquals(await says("-A"), ["undefined", refused, refused, wrong]);
  assertEquals(await says("-A", "--unstable-worker-options"), [
    "undefined",
    ...options,
    wrong,
  ]);
  assertEquals(await says(), ["undefined", ...options, wrong]);
});
