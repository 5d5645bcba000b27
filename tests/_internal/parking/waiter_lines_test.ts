// The lines of those who wait, where an attempt runs what waits or attempts itself: code of others
// that it calls may load what the runtime has not loaded yet, and then the microtasks run that are due.

import { assertEquals, assertStrictEquals } from "@std/assert";
import { NOT_YET } from "../../../_internal/parking/mod.ts";
import { Waiter } from "../../../_internal/parking/waiter.ts";
import { WaiterLines } from "../../../_internal/parking/waiter_lines.ts";

const LIST = 7;

function waiterFor(attempt: () => unknown): Waiter<unknown> {
  return new Waiter(attempt, "test", {}, () => {});
}

Deno.test("WaiterLines settles those of a list in order, until one has to wait", async () => {
  const lines = new WaiterLines();
  const given: (number | typeof NOT_YET)[] = [1, 2, NOT_YET, 3, NOT_YET];
  const take = () => given.shift()!;
  const waiters = [waiterFor(take), waiterFor(take), waiterFor(take)];
  assertEquals(waiters.map((it) => lines.add(LIST, it)), [true, false, false]);
  assertEquals(lines.settle(LIST), undefined);
  assertEquals(await waiters[0].promise, 1);
  assertEquals(await waiters[1].promise, 2);
  assertEquals(lines.has(LIST), true);
  assertStrictEquals(lines.settle(LIST), waiters[2]);
  assertEquals(await waiters[2].promise, 3);
  assertEquals(lines.has(LIST), false);
  assertEquals(lines.settle(LIST), undefined);
});

Deno.test("WaiterLines makes no attempt within itself, and makes it again that was to be made then", async () => {
  const lines = new WaiterLines();
  let attempts = 0;
  const waiter = waiterFor(() => {
    if (++attempts > 1) return attempts;
    // What there is now has come after this one has looked.
    assertEquals(lines.settle(LIST), undefined);
    return NOT_YET;
  });
  lines.add(LIST, waiter);
  assertStrictEquals(lines.settle(LIST), waiter);
  assertEquals(attempts, 2);
  assertEquals(await waiter.promise, 2);
});

Deno.test("WaiterLines keeps who begins to wait during an attempt that succeeds", async () => {
  const lines = new WaiterLines();
  let count = 0;
  const next = waiterFor(() => count === 2 ? "next" : NOT_YET);
  const first: Waiter<unknown> = waiterFor(() => {
    // As if it had been settled and left, by what runs in between.
    if (count++ === 0) {
      lines.remove(LIST, first);
      lines.settle(LIST);
      lines.add(LIST, next);
    }
    return "first";
  });
  lines.add(LIST, first);
  assertEquals(lines.settle(LIST), undefined);
  assertEquals(await first.promise, "first");
  assertEquals(lines.has(LIST), true);
  count = 2;
  assertStrictEquals(lines.settle(LIST), next);
  assertEquals(await next.promise, "next");
});

Deno.test("WaiterLines lets the attempts of one list settle those of another", async () => {
  const lines = new WaiterLines();
  const other = waiterFor(() => "other");
  const waiter = waiterFor(() => {
    assertStrictEquals(lines.settle(LIST + 1), other);
    return "waiter";
  });
  lines.add(LIST, waiter);
  lines.add(LIST + 1, other);
  assertStrictEquals(lines.settle(LIST), waiter);
  assertEquals(await waiter.promise, "waiter");
  assertEquals(await other.promise, "other");
});

Deno.test("WaiterLines notes what this isolate has done for those who wait, but for what attempts hand on", () => {
  const lines = new WaiterLines();
  lines.noteDoing(LIST);
  assertEquals(lines.isOwnDoing(LIST), false);
  const noted: boolean[] = [];
  const waiter = waiterFor(() => {
    lines.noteDoing(LIST);
    noted.push(lines.isOwnDoing(LIST));
    return NOT_YET;
  });
  lines.add(LIST, waiter);
  lines.settle(LIST);
  lines.noteDoing(LIST);
  lines.settle(LIST);
  assertEquals(noted, [false, true]);
  lines.forgetDoings();
  assertEquals(lines.isOwnDoing(LIST), false);
});
