// Watching wait lists, and waiting for many at once.

import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import { reap, releaseCell } from "../../../_internal/handles/reap.ts";
import {
  allocateCell,
  arrive,
  cellAt,
  claim,
  letGo,
  type Memory,
  PARK,
  PARTICIPANT,
  participantAt,
  slotOf,
  threadMemory,
} from "../../../_internal/memory/mod.ts";
import {
  hasWaiters,
  makeWaitable,
  NOT_YET,
  Parking,
  parkingOf,
  Patience,
  type Readiness,
  readinessOf,
  waitUntilReady,
  waitUntilReadySync,
} from "../../../_internal/parking/mod.ts";
import { delist, enlist } from "../../../_internal/parking/wait_list.ts";
import { until } from "../../until.ts";
import { BACKENDS } from "../memory/backends.ts";
import { OTHERS, STOCK, stockUp, takeOne, TAKERS } from "./roles.ts";

const ROLES = new URL("./roles.ts", import.meta.url).href;
const LOCK = 1;
/** Word of a wait list that says whose turn it is. */
const LAST = 1;

/** Does without the sanitizers: calls that wait in the kernel end a little later than the waits. */
type Run = () => void | Promise<void>;

const UNSANITIZED = { sanitizeOps: false, sanitizeResources: false };

function test(name: string, fn: Run): void {
  Deno.test({ name, fn, ...UNSANITIZED });
}

async function withCell(
  memory: Memory,
  use: (cell: number, list: number) => void | Promise<void>,
): Promise<void> {
  const cell = allocateCell(memory, LOCK);
  await use(cell, cellAt(cell) + TAKERS);
  for (const list of [TAKERS, OTHERS]) {
    assertFalse(hasWaiters(memory, cellAt(cell) + list), "still listed");
  }
  if (letGo(memory, cell, memory.self)) releaseCell(memory, cell);
}

function parkOf(id: number): number {
  return participantAt(slotOf(id)) + PARTICIPANT.PARK;
}

for (const { name, memory, start, test: register } of BACKENDS) {
  const test = (title: string, run: Run) => register(title, run, UNSANITIZED);

  const { words } = memory;
  const parking = parkingOf(memory);

  const hasStock = (cell: number, list: number): Readiness => ({
    isReady: () => words[cellAt(cell) + STOCK] > 0,
    place: { parking, list },
  });

  test(`Parking.watch() looks when one of its lists is woken, until it is ended, in ${name}`, () =>
    withCell(memory, async (cell, list) => {
      let looks = 0;
      const stop = parking.watch([list, cellAt(cell) + OTHERS], () => looks++);
      assertEquals([parking.isAwaited(list), parking.isQueued(list)], [
        true,
        false,
      ]);
      for (const each of [TAKERS, OTHERS]) {
        const before = looks;
        parking.wakeOne(cellAt(cell) + each);
        await until(() => looks > before, "it looks");
        parking.wakeAll(cellAt(cell) + each);
        await until(() => looks > before + 1, "it looks again");
      }
      parking.pump(list);
      stop();
      const after = looks;
      parking.wakeAll(list);
      parking.pump(list);
      await new Promise((resolve) => setTimeout(resolve, 5));
      assertEquals([looks, parking.isAwaited(list)], [after, false]);
      assertEquals(words[parkOf(memory.self)], PARK.AWAKE);
    }));

  test(`Parking.watch() looks soon, though others are waited for already, in ${name}`, () =>
    withCell(memory, async (cell, list) => {
      let come = false;
      const wait = parking.wait(
        cellAt(cell) + OTHERS,
        () => come || NOT_YET,
        new Patience(),
        "take",
      );
      await until(
        () => words[parkOf(memory.self)] !== PARK.AWAKE,
        "it is parked",
      );
      let looks = 0;
      // What it looks for has come by now, and woke nobody.
      const stop = parking.watch([list], () => looks++);
      await new Promise((resolve) => queueMicrotask(() => resolve(undefined)));
      assert(looks > 0);
      stop();
      come = true;
      parking.wakeAll(cellAt(cell) + OTHERS);
      await wait;
    }));

  test(`Parking.watch() comes after those who take, in ${name}`, () =>
    withCell(memory, async (cell, list) => {
      const stock: number[] = [];
      const stop = parking.watch(
        [list],
        () => stock.push(words[cellAt(cell) + STOCK]),
      );
      stock.length = 0;
      const taken = parking.wait(
        list,
        takeOne(memory, cell),
        new Patience(),
        "take",
      );
      stockUp(memory, cell, 1);
      assertEquals(await taken, 1);
      await until(() => stock.length > 0, "it looks");
      assertEquals(new Set(stock), new Set([0]));
      stop();
    }));

  test(`Parking.watchSync() blocks until a look is not in vain, or time is over, in ${name}`, () =>
    withCell(memory, async (cell, list) => {
      const started = performance.now();
      parking.watchSync([list], () => false, 20);
      assert(performance.now() - started >= 19);
      assertFalse(hasWaiters(memory, list));
      let looks = 0;
      parking.watchSync([list, cellAt(cell) + OTHERS], () => ++looks > 1, 50);
      assert(looks > 1);
      // Async waits go on after it.
      const taken = parking.wait(
        list,
        takeOne(memory, cell),
        new Patience(),
        "take",
      );
      parking.watchSync([list], () => false, 1);
      stockUp(memory, cell, 1);
      assertEquals(await taken, 1);
      assertEquals(words[parkOf(memory.self)], PARK.AWAKE);
    }));

  for (const how of ["sync", "async"] as const) {
    test(`waitUntilReady() leaves to others what there is, ${how}, in ${name}`, () =>
      withCell(memory, async (cell, list) => {
        const times = 60;
        await using other = start(ROLES, "take", cell, times, how);
        assertEquals(await other.next(), "ready");
        const both = [
          hasStock(cell, list),
          { isReady: () => false, place: { parking, list: list } },
        ];
        const started = performance.now();
        for (let time = 0; time < times; time++) {
          const waits = [1, 2].map(() => waitUntilReady(both, { timeout: 2 }));
          stockUp(memory, cell, 1);
          assertEquals(await other.next(), "took");
          await Promise.all(waits);
        }
        await other.ended;
        // Far less than if every wake-up were only found on a tick.
        assert(performance.now() - started < 8_000);
        assertEquals(waitUntilReadySync(both, { timeout: 1 }), []);
      }));
  }

  test(`waitUntilReady() is told by whatever tells, and lets go of all of it, in ${name}`, () =>
    withCell(memory, async (cell, list) => {
      const looks = new Set<() => void>();
      let isOver = false;
      const told: Readiness = {
        isReady: () => isOver,
        watch: (look) => {
          looks.add(look);
          return () => looks.delete(look);
        },
      };
      const all = [hasStock(cell, list), told];
      const waiting = waitUntilReady(all);
      assertEquals([looks.size, parking.isAwaited(list)], [1, true]);
      isOver = true;
      for (const look of looks) look();
      assertEquals(await waiting, [1]);
      assertEquals([looks.size, parking.isAwaited(list)], [0, false]);
      isOver = false;
      stockUp(memory, cell, 1);
      assertEquals(await waitUntilReady(all), [0]);
      assertThrows(
        () => waitUntilReadySync(all, { timeout: 1 }),
        TypeError,
        "Cannot wait: a blocked thread does not hear of objects[1]; use await wait()",
      );
      const failing = { ...told, isReady: () => !!looks.size && fail() };
      words[cellAt(cell) + STOCK] = 0;
      const failed = waitUntilReady([all[0], failing]).catch(String);
      assertEquals(await failed, "Error: it is closed");
      assertEquals([looks.size, parking.isAwaited(list)], [0, false]);
    }));
}

// Others that are nobody: participants of the thread memory whose state the test
// sets itself.
const memory = threadMemory();
const { words } = memory;
const parking = parkingOf(memory);

test("Parking.watch() passes on what it is woken for", () =>
  withCell(memory, async (_cell, list) => {
    // Somebody else waits, and another one rings.
    const [waiter, ringer] = [0, 0].map(() => {
      const id = claim(memory, memory.self);
      arrive(memory, id);
      return { id, memory: Object.create(memory, { self: { value: id } }) };
    });
    let looks = 0;
    const stop = parking.watch([list], () => looks++);
    await until(
      () => words[parkOf(memory.self)] !== PARK.RUNG,
      "it has looked",
    );
    enlist(waiter.memory, list);
    words[parkOf(waiter.id)] = PARK.ON_WORD;
    // It is our turn.
    words[list + LAST] = slotOf(memory.self);
    const before = looks;
    new Parking(ringer.memory).wakeOne(list);
    assertEquals(words[parkOf(waiter.id)], PARK.ON_WORD);
    await until(() => looks > before, "it looks");
    stop();
    assert(words[parkOf(waiter.id)] >= PARK.RUNG);
    delist(memory, list, slotOf(waiter.id));
    for (const { id } of [waiter, ringer]) reap(memory, id);
  }));

function fail(): never {
  throw new Error("it is closed");
}

Deno.test("readinessOf() knows objects of waitable classes, and of those that extend them", () => {
  class Lamp {
    isLit = false;
  }
  class Lantern extends Lamp {}
  makeWaitable(Lamp, (lamp) => ({
    isReady: () => lamp.isLit,
    watch: () => () => {},
    isReadySync: () => true,
  }));
  const lantern = new Lantern();
  const readiness = readinessOf(lantern)!;
  assertEquals(readiness.isReady(), false);
  lantern.isLit = true;
  assertEquals(readiness.isReady(), true);
  lantern.isLit = false;
  assertEquals(waitUntilReadySync([readiness]), [0]);
  for (const it of [{}, null, undefined, 1, "lamp", NOT_YET, () => {}, []]) {
    assertEquals(readinessOf(it), undefined);
  }
});
