import { assertEquals } from "@std/assert";
import { parseCommandLine } from "../../../_internal/launch/command_line.ts";
import { startDirectory } from "../../../_internal/launch/start_directory.ts";
import { runDeno, TempFiles } from "./run_deno.ts";

const ROOT = new URL("../../../", import.meta.url);
const MOD = new URL("mod.ts", ROOT).href;

/** Where a program was started that is in `/` by now. */
function started(line: string, mainModule?: string, seen = "/"): string {
  return startDirectory(parseCommandLine(line.split(" ")), mainModule, seen);
}

Deno.test("startDirectory() is where a relative path leads to the main module", () => {
  const main = "file:///app/src/a%20b/main.ts";
  const at = (script: string) =>
    startDirectory(
      { subcommand: "run", flags: [], script },
      main,
      "/elsewhere",
    );
  assertEquals(at("main.ts"), "/app/src/a b");
  assertEquals(at("./a b/../a b/main.ts"), "/app/src");
  assertEquals(at("app/src/a b/main.ts"), "/");
  // One that has another name, and from where all that is above is found.
  assertEquals(at("../a b/main.ts"), "/app/src/?");
  assertEquals(at("../../a b/main.ts"), "/app/src/?/?");
  assertEquals(started("deno serve m.ts", "file:///app/m.ts"), "/app");
});

Deno.test("startDirectory() is that of a program that no file holds", () => {
  assertEquals(started("deno eval x", "file:///app/$deno$eval.mts"), "/app");
  assertEquals(started("deno run -", "file:///app/$deno$stdin.mts"), "/app");
});

Deno.test("startDirectory() believes its eyes where the main module does not tell", () => {
  assertEquals(
    started("deno run ../x/m.ts", "file:///app/x/m.ts", "/app/y"),
    "/app/y",
  );
  assertEquals(started("deno run /app/m.ts", "file:///app/m.ts"), "/");
  assertEquals(started("deno run m.ts", "https://a.b/m.ts"), "/");
  assertEquals(started("deno run data:,m.ts", "file:///app/m.ts"), "/");
  assertEquals(started("deno run alias", "file:///app/m.ts"), "/");
  assertEquals(started("deno run m.ts"), "/");
  assertEquals(started("deno test m.ts", "file:///app/x/m.ts"), "/");
  assertEquals(startDirectory(undefined, "file:///app/m.ts", "/"), "/");
});

Deno.test("a thread and a late import find what the program was started with after a chdir", async () => {
  const run = `
    export function inChild() { console.log(word, Deno.permissions.querySync({ name: "read", path: import.meta.dirname }).state); }
    export async function inThread() {
      const { Process } = await import(${JSON.stringify(MOD)});
      const child = new Process({ target: inChild });
      child.start();
      await child.join();
    }`;
  using files = new TempFiles({
    "deno.json":
      `{ "imports": { "word": "data:text/javascript,export default 'hi'" } }`,
    "thread.ts": `
      import word from "word";
      import { Thread } from ${JSON.stringify(MOD)};
      ${run}
      if (import.meta.main) {
        Deno.chdir(Deno.args[0]);
        const thread = new Thread({ target: inThread });
        thread.start();
        await thread.join();
      }`,
    "late.ts": `
      import word from "word";
      ${run}
      if (import.meta.main) {
        Deno.chdir(Deno.args[0]);
        await inThread();
      }`,
    "sub/m.ts": "",
  });
  const grants = [`-R=.,${ROOT.pathname}`, "--allow-run", "--allow-ffi"];
  const says = async (cwd: string, to: string, ...args: string[]) => {
    const { stdout, stderr } = await runDeno(
      ["run", "--no-check", "--no-prompt", ...args, to],
      { cwd: files.path(cwd) },
    );
    return stdout + stderr;
  };
  assertEquals(await says(".", "sub", ...grants, "thread.ts"), "hi granted");
  assertEquals(await says(".", "sub", ...grants, "late.ts"), "hi granted");
  assertEquals(await says("sub", "/", "-A", "../thread.ts"), "hi granted");
  assertEquals(await says("sub", "/", "-A", "../late.ts"), "hi granted");
  const absolute = files.path("thread.ts");
  assertEquals(
    await says("sub", "/", "-A", "-c", "../deno.json", absolute),
    "hi granted",
  );
});
