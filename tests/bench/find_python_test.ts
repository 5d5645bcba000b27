import { assertEquals } from "@std/assert";
import { newest } from "../../bench/find_python.ts";

Deno.test("newest() goes by numbers, and takes the first of those that are the same", () => {
  const pythons = ["3.9.18", "3.13.0", "3.12.10", "3.13.0"].map((
    number,
    n,
  ) => ({
    command: `python-${n}`,
    version: `CPython ${number}`,
  }));
  assertEquals(newest(pythons)?.command, "python-1");
  assertEquals(newest([]), undefined);
});
