import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { knowModule } from "../../../_internal/codec/mod.ts";
import {
  describeFunction,
  describeSubclass,
} from "../../../_internal/launch/describe_target.ts";
import {
  explainReferenceError,
  resolveSubclass,
  resolveTarget,
} from "../../../_internal/launch/resolve_target.ts";
import type { TargetDescription } from "../../../_internal/launch/target.ts";
import { runDeno } from "./run_deno.ts";

type Modules = Readonly<Record<string, Record<string, unknown>>>;

const NEAR = "file:///app/near.ts";
const MAIN = "file:///app/main.ts";
const RESOLVE =
  new URL("../../../_internal/launch/resolve_target.ts", import.meta.url).href;

/** Imports what it is given, and what is missing as Deno does. */
function importFrom(modules: Modules, imported: string[] = []) {
  return (url: string) => {
    imported.push(url);
    if (url in modules) return Promise.resolve(modules[url]);
    return Promise.reject(new TypeError(`Module not found "${url}".`));
  };
}

const times = 3;

function describe(target: unknown): TargetDescription {
  return describeFunction(target, [NEAR, MAIN], "start Process-1");
}

async function resolve(target: unknown, modules: Modules = {}) {
  return await resolveTarget(
    describe(target),
    importFrom({ [NEAR]: {}, [MAIN]: {}, ...modules }),
  );
}

async function refusal(
  description: TargetDescription,
  modules: Modules,
): Promise<string> {
  const error = await assertRejects(
    () => resolveTarget(description, importFrom(modules)),
    TypeError,
  );
  return (error as Error).message;
}

/** What a target throws that reaches for a variable which is not there. */
async function thrownBy(
  description: TargetDescription,
  modules: Modules = {},
): Promise<Error> {
  const { call } = await resolveTarget(
    description,
    importFrom({ [NEAR]: {}, [MAIN]: {}, ...modules }),
  );
  try {
    await call();
  } catch (error) {
    return explainReferenceError(error, description) as Error;
  }
  throw new Error("nothing was thrown");
}

function run(x: number): number {
  return x + 1;
}

/** A function of some text, as a module that is not this one would have it. */
function foreign(source: string): unknown {
  return new Function(`return ${source}`)();
}

Deno.test("resolveTarget() finds an exported function and stops there", async () => {
  const imported: string[] = [];
  const modules = { [NEAR]: { other() {}, run }, [MAIN]: { run } };
  const found = await resolveTarget(
    describe(run),
    importFrom(modules, imported),
  );
  assertEquals({ ...found, call: found.call(1) }, {
    call: 2,
    module: NEAR,
    inline: false,
  });
  assertEquals(imported, [NEAR]);
});

Deno.test("resolveTarget() finds a function under another name", async () => {
  assertEquals(
    (await resolve(run, { [MAIN]: { default: run, again: run } })).module,
    MAIN,
  );
});

Deno.test("resolveTarget() finds a function in an exported object or class", async () => {
  class Work {
    static start() {
      return "started";
    }
  }
  const tasks = {
    ...{ run },
    get boom() {
      throw new Error("read");
    },
  };
  assertEquals((await resolve(run, { [NEAR]: { tasks } })).module, NEAR);
  assertEquals(
    (await resolve(Work.start, { [NEAR]: { Work } })).call(),
    "started",
  );
});

Deno.test("resolveTarget() takes none of another name that only has the same source", async () => {
  const makeTask = (n: number) =>
    function task(x: number) {
      return x * n;
    };
  const [double, triple] = [makeTask(2), makeTask(3)];
  for (
    const [modules, reason] of [
      [
        { double },
        `${NEAR} exports a function with its source by another name (double), which may be another one; ` +
        'name an exported one by fromModule<typeof double>(import.meta.url, "double"), or pass n in args',
      ],
      [
        { tasks: { double } },
        `${NEAR} exports a function with its source by another name (tasks.double), which may be another one; ` +
        "export it by its own name, or pass n in args",
      ],
      [
        { task: makeTask(1), double },
        `${NEAR} has several functions with its source (task, double); ` +
        'name an exported one by fromModule<typeof task>(import.meta.url, "task"), or pass n in args',
      ],
    ] as const
  ) {
    const description = describeFunction(triple, [NEAR], "start Process-1");
    const { message } = await thrownBy(description, { [NEAR]: modules });
    assertEquals(
      message,
      `n is not defined: "task" runs without the variables around it, because ${reason}`,
    );
  }
});

Deno.test("resolveTarget() takes a function by the name that its module is known to export it by", async () => {
  const makeTask = (n: number) =>
    function task(x: number) {
      return x * n;
    };
  const exports = {
    task: makeTask(1),
    double: makeTask(2),
    tasks: { triple: makeTask(3) },
  };
  const known = "file:///app/known.ts";
  knowModule(known, exports);
  const results: unknown[] = [];
  for (const target of [exports.double, exports.tasks.triple]) {
    const description = describeFunction(target, [known, MAIN], "start it");
    const { call } = await resolveTarget(
      description,
      importFrom({ [known]: exports }),
    );
    results.push(call(10));
  }
  assertEquals(results, [20, 30]);
  const other = describeFunction(makeTask(4), [known], "start it");
  assertEquals(
    (await thrownBy(other, { [known]: exports })).message,
    `n is not defined: "task" runs without the variables around it, because it is not exported by ${known}; ` +
      "export it there, pass n in args, or, if it is imported, name its module: " +
      'fromModule<typeof import("./work.ts").task>(new URL("./work.ts", import.meta.url), "task")',
  );
  const double = describeFunction(exports.double, [known], "start it");
  const { inline } = await resolveTarget(
    double,
    importFrom({ [known]: { double: run } }),
  );
  assertEquals(inline, true);
});

Deno.test("resolveTarget() finds a function without a name that is known to be exported", async () => {
  const makeArrow = (n: number) => (x: number) => x * n;
  const exports = { double: makeArrow(2), other: makeArrow(3) };
  const known = "file:///app/arrows.ts";
  knowModule(known, exports);
  const { call } = await resolveTarget(
    describeFunction(exports.double, [known], "start it"),
    importFrom({ [known]: exports }),
  );
  assertEquals(call(10), 20);
  const hidden = describeFunction(makeArrow(4), [known], "start it");
  assertEquals(hidden.kind, "inline");
});

Deno.test("resolveTarget() finds a function named by its place, or says of it what it says of an inline one", async () => {
  const target = (x: number) => x * times;
  const description = describe(target);
  assertEquals(
    (await resolveTarget(description, importFrom({ [NEAR]: { target } })))
      .module,
    NEAR,
  );
  const { message } = await thrownBy(description, { [NEAR]: {}, [MAIN]: {} });
  assertMatch(message, /^times is not defined: an inline function runs/);
});

Deno.test("resolveTarget() runs a function named by its place without a module that cannot be imported", async () => {
  const boom = new Error("Cannot start Process-1");
  const fail = () => Promise.reject(boom);
  const target = (n: number) => n * times;
  const by = (source: string) =>
    ({ ...describe(target), source }) as TargetDescription;
  const { call, inline } = await resolveTarget(by("(n) => n * 2"), fail);
  assertEquals([call(2), inline], [4, true]);
  // What it does need was to be in that module.
  const description = by("(n) => n * times");
  const reaching = await resolveTarget(description, fail);
  const error = assertThrows(() => reaching.call(2), ReferenceError);
  explainReferenceError(error, description);
  assertEquals(
    (error as Error).message,
    `times is not defined: "target" runs without the variables around it, because importing ${NEAR} failed: ` +
      `Cannot start Process-1; importing ${MAIN} failed: Cannot start Process-1; ` +
      "mend that, or pass times in args",
  );
  const other = new RangeError("of its own");
  explainReferenceError(other, description);
  assertEquals([(error as Error).cause, other.cause], [boom, boom]);
  const metaError = await assertRejects(() =>
    resolveTarget(by("() => import.meta.url"), fail)
  );
  assertEquals(metaError, boom);
});

Deno.test("resolveTarget() takes one of several with the same source only by its name", async () => {
  const adder = (n: number) =>
    function add(x: number) {
      return x + n;
    };
  const modules = { [NEAR]: { addOne: adder(1), addTwo: adder(2) } };
  const found = await resolve(modules[NEAR].addOne, modules);
  assertEquals(found.inline, true);
  assertEquals(
    await refusal(
      { ...describe(adder(1)), inlineAllowed: false } as TargetDescription,
      { ...modules, [MAIN]: {} },
    ),
    `Cannot find target "add": ${NEAR} has several functions with its source (addOne, addTwo); ` +
      `no such export in ${MAIN} (it exports nothing)`,
  );
});

Deno.test("resolveTarget() runs the source where no module exports the function", async () => {
  const { call, inline, module } = await resolve(run, {
    [NEAR]: { run: foreign("function run() {}") },
  });
  assertEquals([call(1), inline, module], [2, true, undefined]);
});

Deno.test("resolveTarget() does without a module that is not there", async () => {
  const found = await resolveTarget(
    describe(run),
    importFrom({ [MAIN]: { run } }),
  );
  assertEquals(found.module, MAIN);
});

Deno.test("resolveTarget() lets the error of a module through", async () => {
  const boom = new TypeError("boom");
  const error = await assertRejects(() =>
    resolveTarget(describe(run), () => Promise.reject(boom))
  );
  assertEquals(error, boom);
});

Deno.test("resolveTarget() says where it has looked", async () => {
  const description = {
    ...describe(run),
    inlineAllowed: false,
  } as TargetDescription;
  assertEquals(
    await refusal(description, {
      [NEAR]: { a: 1, b: 2 },
      [MAIN]: { run: foreign("function run() {}") },
    }),
    `Cannot find target "run": no such export in ${NEAR} (its exports: a, b); ` +
      `${MAIN} exports "run", but it is not the function that was passed`,
  );
});

Deno.test("resolveTarget() finds the function that fromModule() names", async () => {
  const description = { kind: "module", module: NEAR, name: "run" } as const;
  assertEquals(
    (await resolveTarget(description, importFrom({ [NEAR]: { run } }))).call(2),
    3,
  );
  assertEquals(
    await refusal(description, { [NEAR]: { a: 1 } }),
    `Cannot find target "run": no such export in ${NEAR} (its exports: a)`,
  );
  assertEquals(
    await refusal(description, { [NEAR]: { run: 1 } }),
    `Cannot find target "run": ${NEAR} exports it, but it is not a function`,
  );
});

Deno.test("resolveTarget() imports nothing for an inline function", async () => {
  const imported: string[] = [];
  const { call, inline } = await resolveTarget(
    describe((() => (x: number) => x * x)()),
    importFrom({}, imported),
  );
  assertEquals([call(3), inline, imported], [9, true, []]);
});

Deno.test("resolveTarget() compiles every form of function", async () => {
  const forms = {
    target: async (x: number) => await Promise.resolve(x + 1),
    async finalizer(x: number) {
      return await Promise.resolve(x + 1);
    },
    initializer: function (x: number) {
      return x + 1; // a comment at the end
    },
  };
  for (const form of Object.values(forms)) {
    assertEquals(await (await resolve(form)).call(1), 2);
  }
  const { call } = await resolve(
    {
      async *target(x: number) {
        yield x + 1;
      },
    }.target,
  );
  assertEquals(await Array.fromAsync(call(1) as AsyncIterable<number>), [2]);
});

Deno.test("resolveTarget() runs inline functions as strict code without surroundings", async () => {
  const inScope = 1;
  const ordinary = function (this: unknown) {
    return [this, typeof inScope];
  };
  const arrow = (() => () => typeof this)();
  for (
    const [target, result] of [[ordinary, [undefined, "undefined"]], [
      arrow,
      "undefined",
    ]]
  ) {
    const { call } = await resolve({ target }.target);
    assertEquals(call(), result);
  }
});

Deno.test("resolveTarget() needs no permission, nor does import() of a built-in module", async () => {
  const source = `import { resolveTarget } from ${JSON.stringify(RESOLVE)};
    const source = "async () => (await import('node:path')).basename('/a/b')";
    const { call } = await resolveTarget({ kind: "inline", source, name: "", modules: [] });
    console.log(await call());`;
  const { stdout, stderr } = await runDeno([
    "run",
    "--no-prompt",
    `data:text/javascript,${encodeURIComponent(source)}`,
  ]);
  assertEquals([stdout, stderr], ["b", ""]);
});

Deno.test("resolveTarget() says why a source cannot run inline", async () => {
  const description = (source: string): TargetDescription => ({
    kind: "inline",
    source,
    name: "",
    modules: [],
  });
  assertEquals(
    await refusal(description("() => import.meta.url"), {}),
    "Cannot run target inline: it uses import.meta, which only a module has; export the function",
  );
  assertEquals(
    await refusal(description("() => import('./work.ts')"), {}),
    'Cannot run target inline: it imports "./work.ts", and has no module for that to be relative to; ' +
      "use an absolute URL, or export the function",
  );
  assertEquals(
    (await resolveTarget(
      description("() => \"import('./work.ts')\""),
      importFrom({}),
    )).call(),
    "import('./work.ts')",
  );
  assertEquals(
    await refusal(
      describe((() => {
        const target = () => import.meta.url;
        return target;
      })()),
      {
        [NEAR]: {},
        [MAIN]: {},
      },
    ),
    "Cannot run target inline: it uses import.meta, which only a module has; export the function",
  );
  const message = await refusal(description("() => this.#x"), {});
  assert(
    message.startsWith(
      "Cannot run target inline: its source does not stand on its own (Private field",
    ),
    message,
  );
  assertEquals(
    await refusal(
      {
        ...describe(run),
        source: "() => import.meta.url",
      } as TargetDescription,
      { [NEAR]: {}, [MAIN]: {} },
    ),
    `Cannot find target "run": no such export in ${NEAR} (it exports nothing); no such export in ${MAIN} ` +
      "(it exports nothing). Cannot run target inline: it uses import.meta, which only a module has; export the function; " +
      'if it is imported, name its module: fromModule<typeof import("./work.ts").run>(new URL("./work.ts", import.meta.url), "run")',
  );
});

Deno.test("resolveSubclass() finds an exported class", async () => {
  class Work {
    answer = 42;
  }
  const description = describeSubclass(Work, [NEAR], "Process-1");
  const found = await resolveSubclass(
    description,
    importFrom({ [NEAR]: { Work } }),
  );
  assertEquals((new found() as Work).answer, 42);
  const error = await assertRejects(
    () => resolveSubclass(description, importFrom({ [NEAR]: { a: 1 } })),
    TypeError,
  );
  assertEquals(
    (error as Error).message,
    `Cannot find class "Work": no such export in ${NEAR} (its exports: a); export it from "${NEAR}"`,
  );
  await assertRejects(
    () => resolveSubclass(description, importFrom({})),
    TypeError,
    "Module not found",
  );
});

Deno.test("explainReferenceError() says how to mend an inline target", async () => {
  const error = await thrownBy({
    kind: "inline",
    source: "async () => { await null; return q + 1; }",
    name: "",
    modules: [],
  });
  assert(error instanceof ReferenceError);
  const message =
    "q is not defined: an inline function runs without the variables around it; " +
    "pass q in args ((q) => …), or export the function, " +
    'by name (fromModule(import.meta.url, "work")) if it has none of its own';
  assertEquals(error.message, message);
  assert(
    error.stack?.startsWith(`ReferenceError: ${message}\n    at `),
    error.stack,
  );
});

for (const name of ["name", "closed", "close"]) {
  Deno.test(`an inline target that reaches for a variable ${name} does not get the global of that name`, async () => {
    const inline = { kind: "inline", name: "", modules: [] } as const;
    for (const source of [`() => ${name}`, `run() { return ${name}; }`]) {
      const error = await thrownBy({ ...inline, source });
      assert(error instanceof ReferenceError);
      assertMatch(
        error.message,
        new RegExp(
          `^${name} is not defined: an inline function runs without .*; the global of that name is self\\.${name}$`,
        ),
      );
    }
    const { call } = await resolveTarget(
      { ...inline, source: `(${name}) => ${name} + 1` },
      importFrom({}),
    );
    assertEquals(call(1), 2);
  });
}

Deno.test("explainReferenceError() leaves what an inline target declares itself as it is", async () => {
  for (const own of ["own", "name"]) {
    const error = await thrownBy({
      kind: "inline",
      source: `() => { ${own}; const other = 0, ${own} = 1; }`,
      name: "",
      modules: [],
    });
    assert(error instanceof ReferenceError);
    assertEquals(
      error.message,
      `Cannot access '${own}' before initialization`,
    );
  }
});

Deno.test("explainReferenceError() says where an export was looked for", async () => {
  const error = await thrownBy({
    kind: "export",
    source: "() => q",
    name: "run",
    modules: [NEAR, MAIN],
    inlineAllowed: true,
  });
  assertEquals(
    error.message,
    `q is not defined: "run" runs without the variables around it, because it is not exported by ${NEAR} or ${MAIN}; ` +
      "export it there, pass q in args, or, if it is imported, name its module: " +
      'fromModule<typeof import("./work.ts").run>(new URL("./work.ts", import.meta.url), "run")',
  );
});

Deno.test("explainReferenceError() leaves other errors alone", async () => {
  const inline = (source: string) =>
    thrownBy({ kind: "inline", source, name: "", modules: [] });
  assertEquals(
    (await inline("() => null.x")).message,
    "Cannot read properties of null (reading 'x')",
  );
  assertEquals(
    (await inline("() => { x; let x; }")).message,
    "Cannot access 'x' before initialization",
  );
  const module = "data:text/javascript,export const f = () => q";
  const elsewhere = await inline(
    `async () => (await import(${JSON.stringify(module)})).f()`,
  );
  assertEquals(elsewhere.message, "q is not defined");
  const named = await thrownBy({ kind: "module", module: NEAR, name: "run" }, {
    [NEAR]: { run: foreign("() => q") as () => void },
  });
  assertEquals(named.message, "q is not defined");
});
