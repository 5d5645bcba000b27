// Programs with parts of permissions, whose children try to do more than these.

import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { ROOT } from "../../scripts/std_source.ts";
import { TempFiles } from "../_internal/launch/run_deno.ts";
import { runProgram } from "../run_program.ts";
import { IS_FFI_DENIED } from "../shared_memory.ts";

const LIBRARY = fileURLToPath(ROOT);
const PROGRAM = fileURLToPath(
  new URL("../fixtures/anywhere/break_out.ts", import.meta.url),
);
const RUN = `--allow-run=${Deno.execPath()}`;

/** What a program and all its children can do, by the kind of child. */
async function attempts(
  flags: string[],
  revoked: Deno.PermissionDescriptor[] = [],
) {
  const sets = {
    default: {
      read: [LIBRARY, "./given"],
      env: { allow: true, deny: ["SECRET"] },
      run: [Deno.execPath()],
      ...IS_FFI_DENIED ? { net: ["127.0.0.1"] } : { ffi: true },
    },
    tight: {
      read: { allow: true, deny: ["./secret"] },
      net: ["127.0.0.1"],
      run: true,
      sys: ["osRelease"],
    },
  };
  using files = new TempFiles({
    "given": "",
    "secret": "",
    "out/1": "",
    "deno.json": `// What it may do.\n${JSON.stringify({ permissions: sets })}`,
  });
  const { code, stdout, stderr } = await runProgram("break_out.ts", [
    "run",
    "--quiet",
    "--no-prompt",
    "--no-lock",
    "--no-check",
    `--config=${files.path("deno.json")}`,
    ...flags.map((flag) => flag.replaceAll("DIR", files.directory)),
    PROGRAM,
    files.directory,
    ...revoked.map((it) => JSON.stringify(it)),
  ], {
    cwd: files.directory,
    env: { GIVEN: "", SECRET: "" },
    timeout: 120,
  });
  assertEquals([code, stderr], [0, ""]);
  return stdout.trim().replaceAll(files.directory, "DIR").split("\n");
}

/** The lines of a program that may do something, and all of whose children may, too. */
function all(possible: string, asking: string): string[] {
  const [process, child, ...others] = [
    "process",
    "process's child",
    "thread",
    "worker",
  ].map((who) => `${who}: ${possible}`);
  return [
    `here: ${possible}`,
    process,
    child,
    others[0],
    asking,
    others[1],
  ];
}

const NOT_READ =
  'NotCapable: Cannot start Process-2: permissions.read asks for "DIR/secret", which this program may not read itself';

Deno.test("Children of a program that may do parts may do these and no more", async () => {
  const [parts, denied] = await Promise.all([
    attempts([
      RUN,
      IS_FFI_DENIED ? "--allow-net=127.0.0.1" : "--allow-ffi",
      `--allow-read=${LIBRARY},DIR`,
      "--deny-read=DIR/secret",
      "--allow-write=DIR/out",
      "--allow-env=GIVEN",
      "--allow-sys=osRelease",
    ]),
    attempts([
      "--allow-all",
      "--deny-read=DIR/secret",
      "--deny-write=DIR/secret",
      "--deny-env=SECRET",
      "--deny-sys=hostname",
      "--deny-run=true",
      "--deny-net=0.0.0.0",
    ]),
  ]);
  assertEquals(
    parts,
    all(
      IS_FFI_DENIED
        ? "readGiven writeGiven listenHere envGiven sysGiven"
        : "readGiven writeGiven envGiven sysGiven ffi",
      NOT_READ,
    ),
  );
  assertEquals(
    denied,
    all(
      "readGiven readElsewhere writeGiven listenHere envGiven sysGiven" +
        (IS_FFI_DENIED ? "" : " ffi"),
      NOT_READ,
    ),
  );
});

Deno.test("Children of a program with a permission set may do what it says and no more", async () => {
  const [whole, tight] = await Promise.all([
    attempts(["-P"]),
    attempts(["-P=tight"]),
  ]);
  assertEquals(
    whole,
    all(
      IS_FFI_DENIED
        ? "readGiven listenHere envGiven"
        : "readGiven envGiven ffi",
      NOT_READ,
    ),
  );
  assertEquals(
    tight,
    all("readGiven readElsewhere listenHere sysGiven run", NOT_READ),
  );
});

Deno.test("Children may not do what a program has given up of its permission set", async () => {
  const lines = await attempts(["-P=tight"], [
    { name: "sys" },
    { name: "net", host: "127.0.0.1" },
  ]);
  assertEquals(
    lines.slice(0, 4),
    all("readGiven readElsewhere run", "").slice(0, 4),
  );
});
