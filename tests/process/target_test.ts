// What can be a target, and what is said of what cannot.

import { assertEquals, assertMatch } from "@std/assert";
import {
  FIXTURES,
  leaveNoProcess,
  runFixture,
  runWell,
} from "./run_fixture.ts";

leaveNoProcess();

async function run(kind: string, names: string[]) {
  const command = ["chooses_target.ts", kind, ...names].join(" ");
  const { stdout, stderr } = await runFixture(command);
  return { lines: stdout.trimEnd().split("\n"), stderr };
}

async function succeed(kind: string, expected: Record<string, number>) {
  const { lines, stderr } = await run(kind, Object.keys(expected));
  assertEquals(stderr, "");
  assertEquals(lines, Object.values(expected).map((n) => `exit code: ${n}`));
}

for (const kind of ["Process", "Thread"]) {
  Deno.test(`${kind} target is an exported function of the main module`, async () => {
    await succeed(kind, { here: 62, hereMethod: 62 });
  });

  Deno.test(`${kind} target is inline`, async () => {
    await succeed(kind, {
      inlineArrow: 72,
      inlineAsync: 72,
      inlineFunction: 72,
      inlineMethod: 72,
      inlineAsyncMethod: 72,
      inlineGenerator: 0,
      inlineNamed: 72,
    });
  });

  Deno.test(`${kind} target is a function of the runtime`, async () => {
    await succeed(kind, { global: 2 });
  });

  Deno.test(`${kind} target is named by fromModule()`, async () => {
    await succeed(kind, { named: 42, namedDefault: 42, namedAlias: 42 });
  });

  Deno.test(`${kind} target is an imported function without surroundings`, async () => {
    await succeed(kind, { importedAlone: 52 });
  });

  Deno.test(`${kind} target that is imported and reaches for its surroundings fails and shows fromModule()`, async () => {
    const { lines, stderr } = await run(kind, ["imported"]);
    assertEquals(lines, ["exit code: 1"]);
    assertMatch(
      stderr,
      new RegExp(`^${kind} ${kind}-1:\nReferenceError: BASE is not defined: `),
    );
    assertMatch(
      stderr,
      /fromModule<.*>\(new URL\(.*, import\.meta\.url\), "exported"\)/,
    );
  });

  Deno.test(`${kind} target that is imported and needs its own module fails and shows fromModule()`, async () => {
    const { lines, stderr } = await run(kind, ["importedMeta", "importedPath"]);
    assertEquals(lines, ["exit code: 1", "exit code: 1"]);
    for (const name of ["usesMeta", "usesPath"]) {
      assertMatch(
        stderr,
        new RegExp(
          `Cannot find target "${name}": .* fromModule<typeof import\\("\\./work\\.ts"\\)\\.${name}>\\(new URL\\(.*, "${name}"\\)`,
        ),
      );
    }
  });

  Deno.test(`${kind} target inline that reaches for a variable fails and names it`, async () => {
    const { lines, stderr } = await run(kind, ["inlineReaching"]);
    assertEquals(lines, ["exit code: 1"]);
    assertMatch(
      stderr,
      /ReferenceError: BASE is not defined: .*pass BASE in args/,
    );
  });

  Deno.test(`${kind} target inline that reaches for a variable in a callback says the same`, async () => {
    for (const name of ["Later", "InTimer", "Unawaited"]) {
      const { lines, stderr } = await run(kind, [`inlineReaching${name}`]);
      assertEquals(lines, ["exit code: 1"]);
      assertMatch(
        stderr,
        /ReferenceError: BASE is not defined: .*pass BASE in args/,
      );
    }
  });

  Deno.test(`${kind} target that no child can have is a TypeError of start()`, async () => {
    const { lines, stderr } = await run(kind, [
      "bound",
      "native",
      "class",
    ]);
    assertEquals(stderr, "");
    assertEquals(lines, [
      `TypeError: Cannot start ${kind}-1: target is a bound function, whose source cannot be sent; pass the function itself and its arguments in args`,
      `TypeError: Cannot start ${kind}-2: target is the built-in function push, whose source cannot be sent; pass a function that calls it: (...args) => push(...args)`,
      `TypeError: Cannot start ${kind}-3: target is the class Container; pass a function, or start a subclass by itself`,
    ]);
  });
}

Deno.test("Process target that is not exported by the main module says where it was looked for", async () => {
  const { stderr } = await run("Process", ["importedHidden"]);
  assertMatch(
    stderr,
    /ReferenceError: BASE is not defined: "reaching" runs without/,
  );
  assertMatch(
    stderr,
    new RegExp(`not exported by ${FIXTURES.href}chooses_target\\.ts`),
  );
});

Deno.test("Process target is never another function with the same source", async () => {
  const { stdout } = await runFixture("same_source.ts");
  assertEquals(stdout.trimEnd().split("\n"), [
    "exported 3",
    "local 1",
    "member 4",
    "nameless 8",
    "localNameless 1",
    "exportedClass 6",
    "localClass 1",
  ]);
});

Deno.test("Process target that may be another function than the exported one fails and says so", async () => {
  const { stdout, stderr } = await runFixture("same_source.ts await");
  assertEquals(stdout.match(/\d+/g), Array(7).fill("1"));
  const file = `${FIXTURES.href}same_source.ts`;
  assertMatch(
    stderr,
    new RegExp(
      `because ${file} exports a function with its source by another name \\(three\\), which may be another one; name .*"three"\\)`,
    ),
  );
  assertMatch(
    stderr,
    /code is not defined: an inline function .*, by name \(fromModule\(import\.meta\.url, "work"\)\)/,
  );
  assertMatch(
    stderr,
    /Cannot find class "Job": .* by another name \(Six\), which may be another one; export it by its own name/,
  );
});

Deno.test("Process target that is exported by the name of an option is found in a module that is being evaluated", async () => {
  assertEquals(await runWell("named_as_option.ts"), [
    ...["loaded", "target 6"],
    ...["loaded", "target 6"],
    ...["loaded", "initializer", "finalizer initializer"],
    ...["loaded", "initializer", "finalizer initializer"],
    ...["loaded", "waited action"],
  ]);
});

Deno.test("Process target that is inline loads no module", async () => {
  assertEquals(await runWell("named_as_option.ts inline"), [
    "inline 2",
    "inline 2",
  ]);
});
