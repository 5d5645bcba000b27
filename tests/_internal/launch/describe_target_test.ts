import { assertEquals, assertThrows } from "@std/assert";
import {
  describeFunction,
  describeSubclass,
} from "../../../_internal/launch/describe_target.ts";
import { knowModule } from "../../../_internal/codec/mod.ts";
import { createModuleTarget } from "../../../_internal/launch/module_target.ts";

const FACTOR = 3;
const MODULES = ["file:///near.ts", "file:///main.ts"];

function kindOf(target: unknown): string {
  return describeFunction(target, MODULES, "start Process-1").kind;
}

function refusal(target: unknown): string {
  const { message } = assertThrows(
    () => describeFunction(target, MODULES, "start Process-1"),
    TypeError,
  ) as Error;
  return message;
}

function exported(x: number): number {
  return x + 1;
}

Deno.test("describeFunction() takes a function with a name for an export", () => {
  assertEquals(describeFunction(exported, MODULES, "start Process-1"), {
    kind: "export",
    modules: MODULES,
    name: "exported",
    source: String(exported),
    inlineAllowed: true,
  });
  const arrow = () => {};
  const expression = function () {};
  async function waits() {}
  function* yields() {}
  for (const target of [arrow, expression, waits, yields, { run() {} }.run]) {
    assertEquals(kindOf(target), "export");
  }
});

Deno.test("describeFunction() takes a function named by its place only for inline", () => {
  const options = {
    target: (x: number) => x,
    initializer: async function () {},
    finalizer() {},
  };
  assertEquals(describeFunction(options.target, MODULES, "start Process-1"), {
    kind: "inline",
    source: "(x)=>x",
    name: "target",
    modules: MODULES,
  });
  const inline = [
    options.initializer,
    options.finalizer,
    (() => () => {})(),
    (() => async function* () {})(),
  ];
  for (const target of inline) assertEquals(kindOf(target), "inline");
  assertEquals(kindOf({ target: function run() {} }.target), "export");
  assertEquals(
    kindOf({ target: async function* target() {} }.target),
    "export",
  );
});

Deno.test("describeFunction() takes a function named by its place for an export if it needs its module", () => {
  const known = "file:///known.ts";
  knowModule(known, { initializer: () => {} });
  const describe = (target: unknown, modules: string[]) =>
    describeFunction(target, modules, "start Process-1");
  const target = (x: number) => x + FACTOR;
  assertEquals(describe(target, [known, "file:///main.ts"]), {
    kind: "export",
    name: "target",
    source: "(x)=>x + FACTOR",
    inlineAllowed: true,
    isNamedByPlace: true,
    modules: ["file:///main.ts"],
    absentFrom: [known],
  });
  // Nobody can find what has no name, or what is not exported.
  assertEquals(kindOf((() => (x: number) => x + FACTOR)()), "inline");
  assertEquals(describe(target, [known]).kind, "inline");
  assertEquals(describe(target, []).kind, "inline");
});

Deno.test("describeFunction() knows the functions of other modules", () => {
  assertEquals(
    describeFunction(
      createModuleTarget("file:///work.ts", "run"),
      MODULES,
      "Process-1",
    ),
    { kind: "module", module: "file:///work.ts", name: "run" },
  );
});

Deno.test("describeFunction() reads the source itself", () => {
  const target = Object.assign(function run() {}, {
    toString: () => "() => 666",
  });
  const description = describeFunction(target, MODULES, "start Process-1");
  assertEquals(
    description.kind === "export" && description.source,
    "function run() {}",
  );
});

Deno.test("describeFunction() refuses what has no source to send", () => {
  assertEquals(
    refusal(exported.bind(null, 1)),
    "Cannot start Process-1: target is a bound function, whose source cannot be sent; " +
      "pass the function itself and its arguments in args",
  );
  assertEquals(
    refusal([].push),
    "Cannot start Process-1: target is the built-in function push, whose source cannot be sent; " +
      "pass a function that calls it: (...args) => push(...args)",
  );
});

Deno.test("describeFunction() knows how to call the functions that every program has", () => {
  const describe = (target: unknown) =>
    describeFunction(target, MODULES, "start Process-1");
  for (
    const [path, target] of [
      ["console.log", console.log],
      ["Math.max", Math.max],
      ["JSON.parse", JSON.parse],
      ["parseInt", parseInt],
      ["String", String],
      ["Deno.readTextFile", Deno.readTextFile],
      ["Deno.env.get", Deno.env.get],
      ["Deno.env.has", Deno.env.has],
      ["fetch", fetch],
      ["btoa", btoa],
      ["setTimeout", setTimeout],
      ["reportError", reportError],
      ["performance.now", performance.now],
      ["crypto.randomUUID", crypto.randomUUID],
      ["crypto.subtle.digest", crypto.subtle.digest],
      ["Intl.getCanonicalLocales", Intl.getCanonicalLocales],
    ] as const
  ) {
    assertEquals(describe(target), {
      kind: "inline",
      source: `(...args) => ${path}(...args)`,
      name: path,
      modules: MODULES,
    });
  }
  // Of the same name only.
  const max = (a: number) => a;
  assertEquals(kindOf(max), "export");
  const { fetch: real } = globalThis;
  const mocked = { ownOfTheProgram() {}, fetch: () => Promise.reject() };
  Object.assign(globalThis, mocked);
  try {
    assertEquals(Object.values(mocked).map(kindOf), ["export", "export"]);
    assertEquals(kindOf(real), "inline");
  } finally {
    globalThis.fetch = real;
    Reflect.deleteProperty(globalThis, "ownOfTheProgram");
  }
});

Deno.test("describeFunction() refuses what is no function to call", () => {
  const { get } = Object.getOwnPropertyDescriptor({
    get x() {
      return 1;
    },
  }, "x")!;
  assertEquals(
    refusal(get),
    "Cannot start Process-1: target is a getter or setter; pass a function that uses it",
  );
  assertEquals(
    refusal(class Work {}),
    "Cannot start Process-1: target is the class Work; pass a function, or start a subclass by itself",
  );
  assertEquals(
    refusal(undefined),
    "Cannot start Process-1: target is undefined; pass a function",
  );
  assertEquals(
    refusal("run"),
    "Cannot start Process-1: target is a string; pass a function",
  );
  assertEquals(
    refusal({}),
    "Cannot start Process-1: target is an object; pass a function",
  );
});

Deno.test("describeFunction() refuses inline functions that cannot stand on their own", () => {
  class Parent {
    #secret() {}
    target() {}
    get secret() {
      return this.#secret;
    }
  }
  class Child extends Parent {
    override target() {
      super.target();
    }
  }
  assertEquals(
    refusal((() => () => import.meta.url)()),
    "Cannot start Process-1: target is an inline function that uses import.meta, which it has no module for; " +
      "export it and pass it by its name",
  );
  assertEquals(
    refusal(new Child().target).includes("does not stand on its own"),
    true,
  );
  assertEquals(kindOf(new Parent().target), "inline");
});

Deno.test("describeSubclass() describes a class with a name", () => {
  class Base {}
  class Work extends Base {}
  assertEquals(describeSubclass(Work, MODULES, "Process-1"), {
    kind: "subclass",
    modules: MODULES,
    name: "Work",
    source: String(Work),
  });
});

Deno.test("describeSubclass() refuses what a child cannot find", () => {
  assertThrows(
    () => describeSubclass((() => class {})(), MODULES, "Process-1"),
    TypeError,
    "Cannot start Process-1: its class has no name; give it one and export it, so that the child can find it",
  );
  assertThrows(
    () => describeSubclass(function Old() {}, MODULES, "Process-1"),
    TypeError,
    "Cannot start Process-1: its constructor is not a class",
  );
});
