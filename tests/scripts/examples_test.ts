import { assertEquals, assertThrows } from "@std/assert";
import {
  listExamples,
  permissionsOf,
  selectExamples,
  splitArgs,
} from "../../scripts/examples.ts";

const EXAMPLES = listExamples([
  "10_pipe.ts",
  "08_queue.ts",
  "README.md",
  "page.ts",
]);

Deno.test("listExamples() takes what has a number, in its order", () => {
  assertEquals(EXAMPLES, [
    { number: 8, path: "examples/08_queue.ts" },
    { number: 10, path: "examples/10_pipe.ts" },
  ]);
});

Deno.test("selectExamples() picks by number, in the order given", () => {
  const [queue, pipe] = EXAMPLES;
  assertEquals(selectExamples(EXAMPLES, []), EXAMPLES);
  assertEquals(selectExamples(EXAMPLES, ["10", "08"]), [pipe!, queue!]);
});

Deno.test("selectExamples() lists the numbers there are for one there is not", () => {
  for (const number of ["9", "queue", "8.0"]) {
    assertThrows(
      () => selectExamples(EXAMPLES, [number]),
      RangeError,
      `Cannot run example ${number}: there is no such program; there are 8, 10`,
    );
  }
});

Deno.test("permissionsOf() takes what the first comment asks for", () => {
  const source =
    "// By --allow-all?\n// Permissions: --allow-run, --allow-write.\n";
  assertEquals(permissionsOf("const flag = '--allow-net';\n"), ["--no-prompt"]);
  assertEquals(permissionsOf("// Permissions: none.\n"), ["--no-prompt"]);
  assertEquals(
    permissionsOf(`${source}// Or --allow-net.\n\n// --allow-env\n`),
    [
      "--no-prompt",
      `--allow-run=${Deno.execPath()}`,
      "--allow-write",
      "--allow-net",
    ],
  );
});

Deno.test("splitArgs() hands on what stands after --", () => {
  assertEquals(splitArgs(["8", "9"]), [["8", "9"], []]);
  assertEquals(splitArgs(["22", "--", "a.png", "--"]), [["22"], [
    "a.png",
    "--",
  ]]);
});
