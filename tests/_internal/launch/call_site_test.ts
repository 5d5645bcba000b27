import { assert, assertEquals } from "@std/assert";
import { callingModules } from "../../../_internal/launch/call_site.ts";
import { runDeno, TempFiles } from "./run_deno.ts";

const CALL_SITE =
  new URL("../../../_internal/launch/call_site.ts", import.meta.url).href;
const SELF = new URL("./self.ts", CALL_SITE).href;

Deno.test("callingModules() names the caller", () => {
  assertEquals(callingModules()[0], import.meta.url);
});

Deno.test("callingModules() leaves the made-up main module of a test run out", () => {
  assertEquals(callingModules(), [import.meta.url]);
});

Deno.test("callingModules() sees across an await", async () => {
  const later = async () => {
    await Promise.resolve();
    return callingModules();
  };
  assertEquals(await later(), [import.meta.url]);
});

Deno.test("callingModules() looks through eval, callbacks and deep recursion", () => {
  assertEquals((0, eval)("(f) => f()")(callingModules), [import.meta.url]);
  assertEquals([0].map(() => callingModules())[0], [import.meta.url]);
  const deep = (n: number): readonly string[] =>
    n === 0 ? callingModules() : deep(n - 1);
  assertEquals(deep(500), [import.meta.url]);
});

Deno.test("callingModules() leaves Error as it was", () => {
  const limit = Error.stackTraceLimit;
  const prepare = () => "mine";
  callingModules();
  assert(!("prepareStackTrace" in Error));
  try {
    Error.stackTraceLimit = 3;
    Object.assign(Error, { prepareStackTrace: prepare });
    assertEquals(callingModules(), [import.meta.url]);
    assertEquals(Error.stackTraceLimit, 3);
    assertEquals(Reflect.get(Error, "prepareStackTrace"), prepare);
    assertEquals(new Error().stack, "mine");
  } finally {
    Reflect.deleteProperty(Error, "prepareStackTrace");
    Error.stackTraceLimit = limit;
  }
});

Deno.test("callingModules() is without modules where Error is locked up", async () => {
  const source = `Object.freeze(Error);
    const { callingModules } = await import(${JSON.stringify(CALL_SITE)});
    console.log(JSON.stringify(callingModules()));`;
  const { stdout } = await runDeno(["eval", source]);
  assertEquals(stdout, "[]");
});

Deno.test("callingModules() goes from the nearest module to the main one, each once", async () => {
  using files = new TempFiles({
    "main.ts": `
      import { start } from "./a b/(c) %25.ts";
      const again = () => start();
      console.log(JSON.stringify(again()));`,
    "a b/(c) %.ts": `
      import { own } from "../own.ts";
      export function start() { return own(); }`,
    "own.ts": `
      import { callingModules } from ${JSON.stringify(CALL_SITE)};
      export function own() { return callingModules(); }`,
    "base.ts": `
      import { callingModules } from ${JSON.stringify(CALL_SITE)};
      import { becomeChild } from ${JSON.stringify(SELF)};
      becomeChild({ mainModule: "file:///main.ts" });
      export class Base { modules = callingModules(); }`,
    "derived.ts": `
      import { Base } from "./base.ts";
      export class Derived extends Base {}`,
    "subclass.ts": `
      import { Derived } from "./derived.ts";
      console.log(JSON.stringify(new Derived().modules));`,
  });
  const says = async (name: string) =>
    JSON.parse((await runDeno(["run", files.path(name)])).stdout);
  assertEquals(await says("main.ts"), [
    files.url("own.ts"),
    files.url("a%20b/(c)%20%25.ts"),
    files.url("main.ts"),
  ]);
  assertEquals(await says("subclass.ts"), [
    files.url("base.ts"),
    files.url("derived.ts"),
    files.url("subclass.ts"),
    "file:///main.ts",
  ]);
});

Deno.test("callingModules() has a child load no main module", async () => {
  using files = new TempFiles({
    "main.ts": `console.log("loaded");`,
    "child.ts": `
      import { callingModules } from ${JSON.stringify(CALL_SITE)};
      import { becomeChild } from ${JSON.stringify(SELF)};
      becomeChild({ mainModule: new URL("main.ts", import.meta.url).href });
      console.log(JSON.stringify(callingModules()));`,
  });
  const { stdout } = await runDeno(["run", "-A", files.path("child.ts")]);
  assertEquals(
    stdout,
    JSON.stringify([files.url("child.ts"), files.url("main.ts")]),
  );
});

Deno.test("callingModules() leaves code out that is no module on disk", async () => {
  const print = `import { callingModules } from ${JSON.stringify(CALL_SITE)};
    console.log(JSON.stringify(callingModules()));`;
  using files = new TempFiles({ "README.md": "```ts\n" + print + "\n```\n" });
  assertEquals((await runDeno(["eval", print])).stdout, "[]");
  assertEquals(
    (await runDeno([
      "run",
      `data:text/javascript,${encodeURIComponent(print)}`,
    ])).stdout,
    "[]",
  );
  const { stdout } = await runDeno([
    "test",
    "--doc",
    "--no-check",
    files.path("README.md"),
  ]);
  assert(stdout.includes("\n[]\n"), stdout);
});

Deno.test("callingModules() skips this library, but not its tests and examples", async () => {
  const library = await Deno.readTextFile(new URL(CALL_SITE));
  const call =
    `import { callingModules } from "../_internal/launch/call_site.ts"; export const call = callingModules;`;
  using files = new TempFiles({
    "_internal/launch/call_site.ts": library,
    "_internal/launch/own_exports.ts": "export const knowLoaded = () => {};",
    "_internal/launch/self.ts":
      "export const mainModule = () => Deno.mainModule, ownRecord = () => {};",
    "process/process.ts":
      `import { callingModules } from "../_internal/launch/call_site.ts";
      export const start = () => callingModules();`,
    "mod.ts":
      `import { start } from "./process/process.ts"; export const run = () => start();`,
    "queue/queue.ts": call,
    "examples/queue/mod.ts":
      `import { run } from "../../mod.ts"; console.log(JSON.stringify(run()));`,
  });
  const { stdout } = await runDeno([
    "run",
    files.path("examples/queue/mod.ts"),
  ]);
  assertEquals(JSON.parse(stdout), [files.url("examples/queue/mod.ts")]);
});
