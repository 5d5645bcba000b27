// What is different on Windows, in a program that takes its system for one.

import { assertEquals } from "@std/assert";
import { runDeno } from "./run_deno.ts";

const LAUNCH = new URL("../../../_internal/launch/", import.meta.url).href;

/** What expressions give there. */
async function onWindows(expressions: string[]): Promise<unknown[]> {
  const { stdout, stderr } = await runDeno([
    "eval",
    `
Object.defineProperty(Deno, "build", { value: { ...Deno.build, os: "windows" } });
const { absolutePath, filePath, parentDirectory, urlOf } = await import("${LAUNCH}file_path.ts");
const { configFlags } = await import("${LAUNCH}config_discovery.ts");
const { flagItem } = await import("${LAUNCH}permission_items.ts");
const { flagsFor, permissionFlagsFor } = await import("${LAUNCH}inherited_flags.ts");
const { parseCommandLine } = await import("${LAUNCH}command_line.ts");
const { createModuleTarget, moduleTargetOf } = await import("${LAUNCH}module_target.ts");
const { mayListenPrivately, privateAddress } = await import("${LAUNCH}../sockets/private_address.ts");
const { hasLibc } = await import("${LAUNCH}../memory/libc.ts");
const results = [${expressions.join(",\n")}];
console.log(JSON.stringify(results.map((it) => it ?? null)));`,
  ]);
  assertEquals(stderr, "");
  return JSON.parse(stdout);
}

Deno.test("Paths of Windows are taken as such there", async () => {
  assertEquals(
    await onWindows([
      String.raw`filePath(new URL("file:///C:/a%20b/c%25.ts"))`,
      String.raw`filePath(new URL("file://server/share/c.ts"))`,
      String.raw`absolutePath("sub\\..\\x.json", "C:\\app")`,
      String.raw`absolutePath("../x.json", "C:\\app\\src")`,
      String.raw`absolutePath("D:/x/./y", "C:\\app")`,
      String.raw`absolutePath("\\\\server\\share\\x", "C:\\app")`,
      String.raw`parentDirectory("C:\\app\\x.json")`,
      String.raw`urlOf("C:\\app\\x.ts")`,
      String.raw`urlOf("file:///C:/app/x.ts").href`,
      String.raw`flagItem("read", new URL("file:///C:/app/x%20y"))`,
      String
        .raw`moduleTargetOf(createModuleTarget("file:///C:/app/x.ts", "f")).module`,
    ]),
    [
      String.raw`C:\a b\c%.ts`,
      String.raw`\\server\share\c.ts`,
      String.raw`C:\app\x.json`,
      String.raw`C:\app\x.json`,
      String.raw`D:\x\y`,
      String.raw`\\server\share\x`,
      String.raw`C:\app`,
      null,
      "file:///C:/app/x.ts",
      String.raw`C:\app\x y`,
      "file:///C:/app/x.ts",
    ],
  );
});

Deno.test("Flags and configuration of Windows are handed on with its paths", async () => {
  assertEquals(
    await onWindows([
      String
        .raw`flagsFor(parseCommandLine(["deno", "run", "-c", "..\\c.json", "m.ts"]), "C:\\app\\src")`,
      String
        .raw`flagsFor(parseCommandLine(["deno", "run", "C:\\app\\src\\m.ts"]), "D:\\", (path) => path === "C:\\app\\deno.json")`,
      String
        .raw`permissionFlagsFor(parseCommandLine(["deno", "run", "--allow-read=data,D:\\x", "m.ts"]), "C:\\app")`,
      String
        .raw`configFlags(parseCommandLine(["deno", "run", "file:///C:/app/m.ts"]), "D:\\", (path) => path === "C:\\app\\deno.jsonc")`,
    ]),
    [
      [String.raw`--config=C:\app\c.json`],
      [String.raw`--config=C:\app\deno.json`],
      [String.raw`--allow-read=C:\app\data,D:\x`],
      [String.raw`--config=C:\app\deno.jsonc`],
    ],
  );
});

Deno.test("On Windows there is no C library to call, and an address of one's own is a port of the machine", async () => {
  assertEquals(
    await onWindows(["hasLibc()", "mayListenPrivately()", "privateAddress()"]),
    [false, false, { address: { hostname: "127.0.0.1", port: 0 } }],
  );
});
