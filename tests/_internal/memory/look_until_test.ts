import { assertEquals } from "@std/assert";
import { lookUntil, threadMemory } from "../../../_internal/memory/mod.ts";

Deno.test("lookUntil() looks many times before it sleeps between two looks", () => {
  const sleeps: number[][] = [];
  const memory = Object.create(threadMemory(), {
    sleepSync: { value: (...args: number[]) => sleeps.push(args) },
  });
  let looks = 0;
  lookUntil(memory, 7, -1, () => ++looks === 200);
  assertEquals([looks, sleeps], [200, []]);
  lookUntil(memory, 7, -1, () => ++looks === 402);
  assertEquals([looks, sleeps], [402, [[7, -1, 1], [7, -1, 1]]]);
});
