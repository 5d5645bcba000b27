// Values that are added to by processes which are killed at any moment. STRESS_SECONDS says how long.

import { assert, assertEquals } from "@std/assert";
import type { Process } from "../../process/mod.ts";
import { SharedValue } from "../../sync/mod.ts";
import {
  goesOn,
  killBusy,
  pause,
  random,
  STRESS_SECONDS,
} from "../fixtures/messages/stress.ts";
import { addForever, startProcess } from "../fixtures/values/stress.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { IS_FFI_DENIED } from "../shared_memory.ts";

leaveNothing();

/** How often the children are to add, and how long each may: at a hub, each time is a call. */
const [ENOUGH, PAUSE_MS] = IS_FFI_DENIED ? [1_000, 1_000] : [10_000, 120];

Deno.test("SharedValue.add() is done or not, whoever is killed, and never in anybody's way", async () => {
  const integer = new SharedValue("i32", 0);
  const float = new SharedValue("f64", 0);
  const big = new SharedValue("u64", 0n);
  const own: SharedValue<"i32">[] = [];
  const children: Process[] = [];
  const end = performance.now() + STRESS_SECONDS * 1000 * 0.8;
  while (goesOn(end, sumOf(own) > ENOUGH)) {
    while (children.length < 3) {
      const mine = new SharedValue("i32", 0, { lock: false });
      own.push(mine);
      children.push(startProcess(addForever, integer, float, big, mine));
    }
    await pause(PAUSE_MS);
    const [victim] = children.splice(random(children.length), 1);
    const ended = killBusy(victim);
    // Nothing that it was at is locked.
    const before = float.value;
    integer.add(0);
    float.compareExchange(-1, 0);
    assert(float.value >= before);
    await ended;
  }
  await Promise.all(children.map(killBusy));
  const sum = sumOf(own);
  const more = (n: number) => n - sum;
  for (const n of [integer.value, float.value * 2, Number(big.value) / 3]) {
    assertEquals(Number.isInteger(n), true);
    assert(more(n) >= 0 && more(n) <= own.length, `${more(n)} more`);
  }
  assert(sum > ENOUGH, `${sum} rounds`);
  console.log(`${sum} rounds, ${own.length} killed`);
});

function sumOf(values: SharedValue<"i32">[]): number {
  return values.reduce((sum, { value }) => sum + value, 0);
}
