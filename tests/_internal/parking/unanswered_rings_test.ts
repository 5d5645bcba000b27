import { assertEquals } from "@std/assert";
import { UnansweredRings } from "../../../_internal/parking/unanswered_rings.ts";

Deno.test("UnansweredRings asks each once, and not before it had time to answer", async () => {
  const asked: [slot: number, list: number, ms: number][] = [];
  const rungAt = new Map<number, number>();
  const rings = new UnansweredRings((slot, list) =>
    asked.push([slot, list, performance.now() - rungAt.get(slot)!])
  );
  for (const slot of [1, 2, 3]) {
    rungAt.set(slot, performance.now());
    rings.add(slot, 10 * slot);
    rings.add(slot, 10 * slot);
    // As a thread does whose sleeps are short.
    for (let look = 0; look < 10; look++) rings.ask();
  }
  while (rings.pause !== Infinity) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  assertEquals(asked.map(([slot, list]) => [slot, list]), [
    [1, 10],
    [2, 20],
    [3, 30],
  ]);
  for (const [slot, , ms] of asked) assertEquals([slot, ms >= 2], [slot, true]);
});
