import { assert, assertEquals, assertFalse } from "@std/assert";
import { reap, releaseCell } from "../../../_internal/handles/reap.ts";
import {
  allocateCell,
  arrive,
  CELL,
  cellAt,
  claim,
  letGo,
  markDead,
  type Memory,
  slotOf,
  threadMemory,
} from "../../../_internal/memory/mod.ts";
import {
  delist,
  enlist,
  forEachWaiter,
  hasLivingWaiters,
  hasWaiters,
  isListed,
  nextWaiter,
} from "../../../_internal/parking/wait_list.ts";

const memory = threadMemory();

function withWaiters(
  count: number,
  use: (list: number, waiters: readonly Memory[]) => void,
): () => void {
  return () => {
    const cell = allocateCell(memory, 1);
    const waiters = Array.from({ length: count }, (): Memory => {
      const id = claim(memory, memory.self);
      arrive(memory, id);
      return Object.create(memory, { self: { value: id } });
    });
    use(cellAt(cell) + CELL.BODY, waiters);
    for (const { self } of waiters) reap(memory, self);
    if (letGo(memory, cell, memory.self)) releaseCell(memory, cell);
  };
}

/** The next of those of whom none is hidden. */
function next(list: number): number {
  return nextWaiter(memory, list, () => assert(false, "one was hidden"));
}

/** Does something before a word is changed by `Atomics.and()`. */
function beforeAnd<R>(word: number, act: () => void, run: () => R): R {
  const { and } = Atomics;
  Atomics.and = ((array: Int32Array, index: number, value: number) => {
    if (index === word) {
      Atomics.and = and;
      act();
    }
    return and(array, index, value);
  }) as typeof and;
  try {
    return run();
  } finally {
    Atomics.and = and;
  }
}

Deno.test(
  "nextWaiter() gives each its turn",
  withWaiters(200, (list, waiters) => {
    assertFalse(hasWaiters(memory, list));
    assertEquals(next(list), -1);
    for (const waiter of waiters) enlist(waiter, list);
    assert(hasWaiters(memory, list));
    const slots = waiters.map(({ self }) => slotOf(self));
    const once = slots.map(() => next(list));
    assertEquals(new Set(once), new Set(slots));
    assertEquals(slots.map(() => next(list)), once);
    const all: number[] = [];
    forEachWaiter(memory, list, (slot) => all.push(slot));
    assertEquals(all, slots.toSorted((a, b) => a - b));
  }),
);

Deno.test(
  "delist() removes one, and the list is empty without the last",
  withWaiters(70, (list, waiters) => {
    for (const waiter of waiters) enlist(waiter, list);
    waiters.forEach(({ self }, index) => {
      assert(hasWaiters(memory, list));
      assert(isListed(memory, list, slotOf(self)));
      assertFalse(delist(memory, list, slotOf(self)));
      assertFalse(delist(memory, list, slotOf(self)));
      assertFalse(isListed(memory, list, slotOf(self)));
      assertEquals(hasWaiters(memory, list), index < waiters.length - 1);
    });
  }),
);

Deno.test(
  "nextWaiter() removes the dead",
  withWaiters(100, (list, waiters) => {
    for (const waiter of waiters) enlist(waiter, list);
    for (const { self } of waiters.slice(1)) markDead(memory, self);
    for (let turn = 0; turn < 3; turn++) {
      assertEquals(next(list), slotOf(waiters[0].self));
    }
    const left: number[] = [];
    forEachWaiter(memory, list, (slot) => left.push(slot));
    assertEquals(left, [slotOf(waiters[0].self)]);
    markDead(memory, waiters[0].self);
    assertEquals(next(list), -1);
    assertFalse(hasWaiters(memory, list));
  }),
);

Deno.test(
  "nextWaiter() says that it has hidden one that came while it removed a dead one",
  withWaiters(2, (list, [dead, coming]) => {
    enlist(dead, list);
    markDead(memory, dead.self);
    let hidden = 0;
    const summary = list;
    const slot = beforeAnd(
      summary,
      () => enlist(coming, list),
      () => nextWaiter(memory, list, () => hidden++),
    );
    assertEquals([slot, hidden], [slotOf(coming.self), 1]);
  }),
);

Deno.test(
  "hasLivingWaiters() forgets the dead, and hides nobody meanwhile",
  withWaiters(2, (list, [dead, living]) => {
    enlist(dead, list);
    markDead(memory, dead.self);
    const summary = list;
    const hide = () => assert(false, "some may be hidden");
    beforeAnd(summary, hide, () => {
      assertFalse(hasLivingWaiters(memory, list));
    });
    assertFalse(isListed(memory, list, slotOf(dead.self)));
    assertEquals(next(list), -1);
    enlist(living, list);
    assert(hasLivingWaiters(memory, list));
    assertEquals(next(list), slotOf(living.self));
    assertFalse(delist(memory, list, slotOf(living.self)));
    assertFalse(hasWaiters(memory, list));
  }),
);
