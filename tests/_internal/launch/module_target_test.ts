import { assertEquals, assertThrows } from "@std/assert";
import { encode } from "../../../_internal/codec/mod.ts";
import {
  createModuleTarget,
  moduleTargetOf,
} from "../../../_internal/launch/module_target.ts";

Deno.test("createModuleTarget() makes what moduleTargetOf() reads", () => {
  const module = new URL("./work.ts", import.meta.url);
  assertEquals(moduleTargetOf(createModuleTarget(module, "run")), {
    module: module.href,
    name: "run",
  });
  assertEquals(moduleTargetOf(createModuleTarget("npm:left-pad", "default")), {
    module: "npm:left-pad",
    name: "default",
  });
});

Deno.test("moduleTargetOf() knows nothing else", () => {
  for (
    const value of [undefined, null, "x", () => {}, {}, {
      module: "file:///m.ts",
      name: "run",
    }]
  ) {
    assertEquals(moduleTargetOf(value), undefined);
  }
});

Deno.test("createModuleTarget() makes what is not sent without its meaning", () => {
  const target = createModuleTarget("npm:left-pad", "default");
  assertThrows(
    () => encode([{ target }], { root: "args", to: "another process" }),
    TypeError,
    "Cannot send args[0].target: a target by fromModule() belongs to the thread that made it; send its URL and its name, and make one there",
  );
});

Deno.test("createModuleTarget() says what to write instead of a relative path", () => {
  assertThrows(
    () => createModuleTarget("./work.ts", "run"),
    TypeError,
    `Cannot make a target of "./work.ts": it does not say from where; use new URL("./work.ts", import.meta.url)`,
  );
  assertThrows(
    () => createModuleTarget("@std/path", "join"),
    TypeError,
    `or import.meta.resolve("@std/path")`,
  );
  assertThrows(
    () => createModuleTarget("C:\\work.ts", "run"),
    TypeError,
    "it is no absolute URL",
  );
});

Deno.test("createModuleTarget() needs the name of an export", () => {
  assertThrows(
    () => createModuleTarget("file:///work.ts", ""),
    TypeError,
    "Cannot make a target of file:///work.ts: the name of an export is missing",
  );
});
