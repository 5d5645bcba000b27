// What a child has from its parent: environment, directory, output, flags, import map.

import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { Process } from "../../process/mod.ts";
import { TempFiles } from "../_internal/launch/run_deno.ts";
import { leaveNoProcess, runFixture, runWell } from "./run_fixture.ts";

leaveNoProcess();

/** A program where everything comes by names of an import map, in children too. */
const MAPPED = {
  "deno.json": JSON.stringify({
    imports: {
      "multiprocessing": import.meta.resolve("../../mod.ts"),
      "answer": "./answer.ts",
    },
  }),
  "answer.ts": "export const ANSWER = 42;",
  "main.ts": `import { Process } from "multiprocessing";
    import { ANSWER } from "answer";

    export async function tell(where: string, depth: number) {
      console.log(where, ANSWER);
      if (depth > 0) await run(where + "'s child", depth - 1);
    }

    async function run(where: string, depth: number, cwd?: string) {
      const process = new Process({ target: tell, args: [where, depth], cwd });
      process.start();
      await process.join();
    }

    if (import.meta.main) {
      await run("here", 1);
      await run("at the root", 1, "/");
    }`,
};

Deno.test("Process inherits import map and configuration, in any directory", async () => {
  using files = new TempFiles(MAPPED);
  for (
    const flags of [[], ["--config=deno.json"], ["--import-map=./deno.json"]]
  ) {
    const lines = await runWell(files.url("main.ts"), {
      flags,
      cwd: flags.length > 0 ? files.directory : undefined,
    });
    assertEquals(lines, [
      "here 42",
      "here's child 42",
      "at the root 42",
      "at the root's child 42",
    ]);
  }
});

Deno.test("Process inherits env and cwd, or has its own, and --v8-flags; so do its children", async () => {
  const here = Deno.realPathSync(Deno.makeTempDirSync());
  const there = Deno.realPathSync(Deno.makeTempDirSync());
  const lines = await runWell(`surroundings.ts ${here} ${there}`, {
    env: { GIVEN: "given" },
    flags: ["--v8-flags=--expose-gc"],
  });
  const inherited = ["given", "later", null];
  assertEquals(
    lines.map((line) => JSON.parse(line)),
    [
      [here, inherited, "function"],
      [here, ["changed", "later", "added"], "function"],
      [there, inherited, "function"],
      [there, inherited, "function"],
    ].flatMap((line) => [line, line]),
  );
  Deno.removeSync(here);
  Deno.removeSync(there);
});

Deno.test("Process.start() in a directory that is not there is an error", () => {
  const process = new Process({ cwd: "/not/there", name: "p" });
  const error = assertThrows(() => process.start(), Deno.errors.NotFound);
  assertMatch(error.message, /^Cannot start p: .*'\/not\/there'/);
  assertEquals(process.pid, undefined);
});

const speak = () => {
  console.log("to output");
  console.error("to error");
};

Deno.test("Process stdout and stderr can be read when piped", async () => {
  const process = new Process({
    target: speak,
    stdout: "piped",
    stderr: "piped",
  });
  process.start();
  assertEquals(await new Response(process.stdout).text(), "to output\n");
  assertEquals(await new Response(process.stderr).text(), "to error\n");
  assertEquals(await process.join(), 0);
});

Deno.test("Process.stdout can be read after join()", async () => {
  const process = new Process({
    target: speak,
    stdout: "piped",
    stderr: "null",
  });
  process.start();
  await process.join();
  assertEquals(await new Response(process.stdout).text(), "to output\n");
});

Deno.test("Process.stdout that is not piped is an error that says so", async () => {
  const process = new Process({
    target: speak,
    name: "p",
    stdout: "null",
    stderr: "null",
  });
  assertThrows(
    () => process.stdout,
    Error,
    "Cannot read stdout of p: it has not started",
  );
  process.start();
  assertThrows(
    () => process.stdout,
    TypeError,
    'Cannot read stdout of p: it is not piped; make it with stdout: "piped"',
  );
  assertThrows(
    () => process.stderr,
    TypeError,
    'Cannot read stderr of p: it is not piped; make it with stderr: "piped"',
  );
  await process.join();
});

Deno.test("Process writes to the output of the program by default", async () => {
  const { stdout, stderr } = await runFixture("output.ts inherit");
  assertEquals([stdout, stderr], ["to output\n", "to error\n"]);
});

Deno.test("Process with null output writes nothing", async () => {
  const { stdout, stderr } = await runFixture("output.ts null");
  assertEquals([stdout, stderr], ["", ""]);
});

Deno.test("Process has an empty standard input", async () => {
  for (const permissions of ["inherit", "none"] as const) {
    const process = new Process({
      target: async () => {
        const { length } = await new Response(Deno.stdin.readable).bytes();
        Deno.exit(length + 3);
      },
      permissions,
    });
    process.start();
    assertEquals(await process.join(), 3);
  }
});

Deno.test("Process can be started after the file of Deno has been replaced", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const deno = `${folder}/deno`;
    for (const path of [deno, `${deno}.new`]) {
      await Deno.copyFile(Deno.execPath(), path);
    }
    const permissions = ["--allow-all"];
    assertEquals(await runWell("replaced.ts", { deno, permissions }), ["3"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
