import {
  assert,
  assertEquals,
  assertFalse,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { reap, releaseCell } from "../../../_internal/handles/reap.ts";
import {
  allocateCell,
  arrive,
  cellAt,
  claim,
  freeCell,
  HEADER,
  letGo,
  type Memory,
  PARK,
  PARTICIPANT,
  participantAt,
  receive,
  send,
  slotOf,
  threadMemory,
} from "../../../_internal/memory/mod.ts";
import {
  hasWaiters,
  NOT_YET,
  Parking,
  parkingOf,
  Patience,
} from "../../../_internal/parking/mod.ts";
import {
  delist,
  enlist,
  isListed,
} from "../../../_internal/parking/wait_list.ts";
import {
  type Actor,
  BACKENDS,
  PROCESSES,
  usageOf,
} from "../memory/backends.ts";
import { beforeExchange } from "../memory/before_exchange.ts";
import { OTHERS, STOCK, stockUp, takeOne, TAKERS } from "./roles.ts";
import { TOLD_MS } from "../../told.ts";
import { until } from "../../until.ts";

/** The word of a wait list that says who was woken last. */
const LAST = 1;
const ROLES = new URL("./roles.ts", import.meta.url).href;
const LOCK = 1;

/** Does without the sanitizers: calls that wait in the kernel end a little later than the waits. */
type Run = () => void | Promise<void>;

const UNSANITIZED = { sanitizeOps: false, sanitizeResources: false };

function test(name: string, fn: Run): void {
  Deno.test({ name, fn, ...UNSANITIZED });
}

async function withCell(
  memory: Memory,
  use: (cell: number) => void | Promise<void>,
): Promise<void> {
  const before = usageOf(memory);
  const cell = allocateCell(memory, LOCK);
  await use(cell);
  assertFalse(hasWaiters(memory, cellAt(cell) + TAKERS), "still listed");
  if (letGo(memory, cell, memory.self)) releaseCell(memory, cell);
  assertEquals(usageOf(memory), before);
}

/** How many of them have been woken. */
function rungOf(others: readonly { readonly park: number }[]): number {
  return others.filter(({ park }) => words[park] >= PARK.RUNG).length;
}

/** It has been woken; as it never looks, that may be known by now. */
function assertRung({ park }: { readonly park: number }): void {
  assert(words[park] >= PARK.RUNG);
}

function impatience(): Patience {
  const patience = new Patience();
  for (let wait = 0; wait < 20; wait++) patience.learn(1_000);
  return patience;
}

function parkOf(id: number): number {
  return participantAt(slotOf(id)) + PARTICIPANT.PARK;
}

function blockedOn({ id }: { readonly id: number }): number {
  return participantAt(slotOf(id)) + PARTICIPANT.BLOCKED_ON;
}

for (const { name, memory, start, test: register } of BACKENDS) {
  const test = (title: string, run: Run) => register(title, run, UNSANITIZED);

  const { words } = memory;
  const parking = parkingOf(memory);

  test(`Parking.wait() does not block for what this isolate does itself, in ${name}`, () =>
    withCell(memory, async (cell) => {
      const list = cellAt(cell) + TAKERS;
      const attempt = takeOne(memory, cell);
      const patience = new Patience();
      const countAttempts = async () => {
        let attempts = 0;
        const taken = parking.wait(
          list,
          () => {
            attempts++;
            return attempt();
          },
          patience,
          "take",
        );
        stockUp(memory, cell, 1);
        await taken;
        return attempts;
      };
      // Nobody else could.
      assert(await countAttempts() < 10);
      // Where somebody else may, it does so once.
      send(memory, cell);
      for (let wait = 0; wait < 20; wait++) patience.learn(0.1);
      assert(await countAttempts() > 10);
      for (let wait = 0; wait < 5; wait++) {
        assert(await countAttempts() < 10);
      }
      // Until others have been soon again.
      for (let wait = 0; wait < 20; wait++) patience.learn(0.1);
      assert(await countAttempts() > 10);
      receive(memory, cell);
    }));

  test(`Parking.wait() learns nothing wrong of what others do, in ${name}`, () =>
    withCell(memory, async (cell) => {
      const list = cellAt(cell) + TAKERS;
      const take = takeOne(memory, cell);
      const learned: number[] = [];
      const patience = new Patience();
      patience.learn = (ms) => learned.push(ms);
      // Who takes one of several wakes the next, as who gets from a queue does.
      const attempt = () => {
        const taken = take();
        if (taken !== NOT_YET) parking.wakeOne(list);
        return taken;
      };
      const waits = Array.from(
        { length: 3 },
        () => parking.wait(list, attempt, patience, "take"),
      );
      Atomics.add(words, cellAt(cell) + STOCK, waits.length);
      parking.pumpSoon();
      await Promise.all(waits);
      assertEquals(learned.length, waits.length);
      assert(learned.every(Number.isFinite), `it learned ${learned}`);
    }));

  for (const patience of [new Patience(), impatience()]) {
    const how = `${patience.isShort ? "patient" : "impatient"}, in ${name}`;

    test(`Parking.wait() gives what an attempt gives, ${how}`, () =>
      withCell(memory, async (cell) => {
        const list = cellAt(cell) + TAKERS;
        stockUp(memory, cell, 1);
        const attempt = takeOne(memory, cell);
        assertEquals(await parking.wait(list, attempt, patience, "take"), 1);
        setTimeout(() => stockUp(memory, cell, 1), 20);
        assertEquals(await parking.wait(list, attempt, patience, "take"), 1);
        assertEquals(words[parkOf(memory.self)], PARK.AWAKE);
      }));

    test(`Parking.wait() and waitSync() say that they timed out, and leave nothing, ${how}`, () =>
      withCell(memory, async (cell) => {
        const list = cellAt(cell) + TAKERS;
        const attempt = takeOne(memory, cell);
        for (const timeout of [0, -5, 1, 60]) {
          const message = `Cannot take from shelf: timed out after ${
            Math.max(0, timeout)
          } ms`;
          const started = performance.now();
          const error = await assertRejects(
            () =>
              parking.wait(list, attempt, patience, "take from shelf", {
                timeout,
              }),
            DOMException,
            message,
          );
          assertEquals(error.name, "TimeoutError");
          assertFalse(isListed(memory, list, slotOf(memory.self)));
          assertThrows(
            () =>
              parking.waitSync(list, attempt, patience, "take from shelf", {
                timeout,
              }),
            DOMException,
            message,
          );
          assert(performance.now() - started >= Math.max(0, timeout * 2 - 2));
        }
        assertFalse(hasWaiters(memory, list));
        assertEquals(words[parkOf(memory.self)], PARK.AWAKE);
        assertFalse(parking.isQueued(list));
      }));

    test(`Parking.wait() rejects with the reason of an abort, ${how}`, () =>
      withCell(memory, async (cell) => {
        const list = cellAt(cell) + TAKERS;
        const attempt = takeOne(memory, cell);
        const reason = { why: "enough" };
        const controller = new AbortController();
        const wait = parking.wait(list, attempt, patience, "take", {
          signal: controller.signal,
        });
        controller.abort(reason);
        const caught = await wait.then(() => undefined, (error) => error);
        assertStrictEquals(caught, reason);
        stockUp(memory, cell, 1);
        assertEquals(attempt(), 1, "an aborted wait has taken something");
      }));

    test(`Parking.wait() throws what an attempt throws, ${how}`, () =>
      withCell(memory, async (cell) => {
        const list = cellAt(cell) + TAKERS;
        let closed = false;
        const attempt = () => {
          if (closed) throw new Error("closed");
          return NOT_YET;
        };
        const wait = parking.wait(list, attempt, patience, "take");
        closed = true;
        parking.wakeAll(list);
        await assertRejects(() => wait, Error, "closed");
        assertThrows(
          () => parking.waitSync(list, attempt, patience, "take"),
          Error,
          "closed",
        );
      }));
  }

  test(`Parking.wait() serves the waits of an isolate in order, in ${name}`, () =>
    withCell(memory, async (cell) => {
      const list = cellAt(cell) + TAKERS;
      const order: number[] = [];
      const patience = impatience();
      const controller = new AbortController();
      const waits = Array.from(
        { length: 50 },
        (_, index) =>
          parking.wait(list, takeOne(memory, cell), patience, "take", {
            signal: index % 5 === 4 ? controller.signal : undefined,
          }).then(() => order.push(index), () => {}),
      );
      controller.abort();
      for (let put = 0; put < 40; put++) {
        stockUp(memory, cell, 1);
        if (put % 3 === 0) await new Promise((resolve) => setTimeout(resolve));
      }
      await Promise.all(waits);
      assertEquals(order, [...order].sort((a, b) => a - b));
      assertEquals(order.length, 40);
    }));

  test(`Parking.waitSync() comes after the async waits before it, in ${name}`, () =>
    withCell(memory, async (cell) => {
      const list = cellAt(cell) + TAKERS;
      const patience = impatience();
      const order: string[] = [];
      const takeAs = (who: string) => {
        const take = takeOne(memory, cell);
        return () => {
          const taken = take();
          if (taken !== NOT_YET) order.push(who);
          return taken;
        };
      };
      const first = parking.wait(list, takeAs("async"), patience, "take");
      words[cellAt(cell) + STOCK] = 2;
      parking.waitSync(list, takeAs("sync"), patience, "take");
      assertEquals(order, ["async", "sync"]);
      assertEquals(words[cellAt(cell) + STOCK], 0);
      await first;
      assertEquals(words[parkOf(memory.self)], PARK.AWAKE);
    }));

  test(`Parking.waitSync() stays listed when it has served the async waits, in ${name}`, () =>
    withCell(memory, (cell) => {
      const list = cellAt(cell) + TAKERS;
      const patience = impatience();
      const attempt = takeOne(memory, cell);
      void parking.wait(list, attempt, patience, "take");
      words[cellAt(cell) + STOCK] = 1;
      let looks = 0;
      parking.waitSync(
        list,
        () => {
          if (++looks === 1) return NOT_YET;
          assert(isListed(memory, list, slotOf(memory.self)));
          return true;
        },
        patience,
        "take",
        { timeout: 2_000 },
      );
    }));

  test(`Parking.wait() that times out as it succeeds does one of the two, in ${name}`, () =>
    withCell(memory, async (cell) => {
      const list = cellAt(cell) + TAKERS;
      await using other = start(ROLES, "take", cell, 400, "async");
      assertEquals(await other.next(), "ready");
      const patience = impatience();
      const attempt = takeOne(memory, cell);
      let taken = 0;
      let others = 0;
      const count = (async () => {
        for (;;) {
          const report = await other.next().catch(() => undefined);
          if (report === undefined) return;
          others++;
        }
      })();
      for (let round = 0; round < 200; round++) {
        setTimeout(() => stockUp(memory, cell, 1), 2);
        await parking.wait(list, attempt, patience, "take", { timeout: 2 })
          .then(() => taken++, () => {});
      }
      await until(() => taken + others === 200, "all are taken");
      assertEquals(words[cellAt(cell) + STOCK], 0);
      stockUp(memory, cell, 400 - others);
      await other.ended;
      void count;
    }));

  for (const how of ["sync", "async"] as const) {
    test(`Parking.wakeOne() lets all waiters have their turn, ${how}, in ${name}`, () =>
      withCell(memory, async (cell) => {
        const rounds = 60;
        const actors = [1, 2, 3].map(() =>
          start(ROLES, "take", cell, rounds, how)
        );
        await Promise.all(actors.map((actor) => actor.next()));
        const started = performance.now();
        const takes = actors.map(async (actor) => {
          for (let round = 0; round < rounds; round++) {
            assertEquals(await actor.next(), "took");
          }
        });
        for (let put = 0; put < rounds * 3; put++) {
          stockUp(memory, cell, 1);
          if (put % 7 === 0) {
            await new Promise((resolve) => setTimeout(resolve, 1));
          }
        }
        await Promise.all(takes);
        await Promise.all(actors.map((actor) => actor.ended));
        // Far less than if every wake-up were only found on a tick.
        assert(performance.now() - started < 8_000);
      }));
  }

  test(`Parking has one sleep for 10,000 waits on 10,000 lists, in ${name}`, async () => {
    const before = usageOf(memory);
    const count = 10_000;
    const cells = Array.from(
      { length: count },
      () => allocateCell(memory, LOCK),
    );
    const first = Math.min(...cells);
    assertEquals(Math.max(...cells), first + count - 1);
    await using actor = start(ROLES, "takeFromMany", first, count);
    const threads = await actor.next();
    assert(threads as number <= 2, `${threads} more threads`);
    for (const cell of cells) stockUp(memory, cell, 1);
    assertEquals(await actor.next(), "settled");
    await actor.ended;
    for (const cell of cells) {
      assertFalse(hasWaiters(memory, cellAt(cell) + TAKERS));
      assertEquals(words[cellAt(cell) + STOCK], 0);
      assert(letGo(memory, cell, memory.self));
      freeCell(memory, cell, () => {});
    }
    assertEquals(usageOf(memory), before);
  });
}

// What follows has others that are nobody: participants of the thread memory
// whose state the test sets itself.
const memory = threadMemory();
const { words } = memory;

interface Nobody {
  readonly id: number;
  readonly park: number;
  readonly memory: Memory;
}

function nobody(list: number, park: number): Nobody {
  const id = claim(memory, memory.self);
  arrive(memory, id);
  const theirs: Memory = Object.create(memory, { self: { value: id } });
  words[parkOf(id)] = park;
  if (list !== 0) enlist(theirs, list);
  return { id, park: parkOf(id), memory: theirs };
}

/** Waits on a list, and is parked; what it gives ends the wait. */
async function parkOn(list: number): Promise<() => Promise<void>> {
  const parking = parkingOf(memory);
  let come = false;
  const wait = parking.wait(
    list,
    () => come || NOT_YET,
    impatience(),
    "take",
  );
  await until(
    () => words[parkOf(memory.self)] === PARK.ON_WORD,
    "it is parked",
  );
  return async () => {
    come = true;
    parking.wakeAll(list);
    await wait;
  };
}

function withNobodies(
  parks: readonly number[],
  use: (
    list: number,
    others: readonly Nobody[],
    cell: number,
  ) => void | Promise<void>,
): Promise<void> {
  return withCell(memory, async (cell) => {
    const list = cellAt(cell) + TAKERS;
    const others = parks.map((park) => nobody(list, park));
    try {
      await use(list, others, cell);
    } finally {
      for (const { id } of others) {
        delist(memory, list, slotOf(id));
        reap(memory, id);
      }
    }
  });
}

test("Parking.wakeOne() passes over one that is awake, whose bit may be a dead one's", () =>
  withNobodies([PARK.AWAKE, PARK.AWAKE, PARK.ON_WORD], (list, [, , asleep]) => {
    parkingOf(memory).wakeOne(list);
    assertRung(asleep);
    // And ends, if there is nobody to wake.
    words[asleep.park] = PARK.AWAKE;
    parkingOf(memory).wakeOne(list);
  }));

test("Parking.wakeOne() wakes another if the one it woke was just leaving", () =>
  withNobodies([PARK.ON_WORD, PARK.ON_WORD], (list, [first, second]) => {
    // It took what there was, and looked at its bell before this ring.
    const leave = () => delist(memory, list, slotOf(first.id));
    beforeExchange(first.park, leave, () => parkingOf(memory).wakeOne(list));
    assertRung(second);
  }));

test("Parking.wakeOne() wakes another if the one it woke does not look in a moment", () =>
  withNobodies([PARK.ON_WORD, PARK.ON_PIPE], async (list, others) => {
    const parking = parkingOf(memory);
    parking.wakeOne(list);
    assertEquals(rungOf(others), 1);
    await until(() => rungOf(others) === 2, "another is woken");
    await until(
      () => others.every(({ park }) => words[park] === PARK.LATE),
      "both are late",
    );
    // Nobody is left to be woken, until one looks.
    words[others[1].park] = PARK.ON_WORD;
    parking.wakeOne(list);
    assertRung(others[1]);
  }));

test("Parking.wakeOne() leaves the only one that waits its time", () =>
  withNobodies([PARK.ON_WORD], async (list, [only]) => {
    parkingOf(memory).wakeOne(list);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert(words[only.park] >= PARK.RUNG && words[only.park] !== PARK.LATE);
  }));

test("Parking.wakeOne() wakes another, too, while its thread blocks", () =>
  withNobodies([PARK.ON_WORD, PARK.ON_PIPE], (list, others, cell) => {
    const parking = parkingOf(memory);
    parking.wakeOne(list);
    parking.waitSync(
      cellAt(cell) + OTHERS,
      () => rungOf(others) === 2 || NOT_YET,
      impatience(),
      "take",
      { timeout: 10_000 },
    );
  }));

test("Parking.passOverdue() wakes others for who was rung, and has not looked since", () =>
  withNobodies(
    [PARK.RUNG, PARK.ON_WORD, PARK.RUNG],
    (_, [late, other, looking]) => {
      const parking = parkingOf(memory);
      parking.passOverdue();
      assertEquals(words[late.park], PARK.OVERDUE);
      assertEquals(words[other.park], PARK.ON_WORD);
      words[looking.park] = PARK.AWAKE;
      parking.passOverdue();
      assertEquals(words[late.park], PARK.LATE);
      assertRung(other);
      assertEquals(words[looking.park], PARK.AWAKE);
      // It is told once.
      words[other.park] = PARK.ON_WORD;
      parking.passOverdue();
      assertEquals(words[other.park], PARK.ON_WORD);
    },
  ));

test("Parking.wakeOne() wakes another if the one it wakes begins to block meanwhile", () =>
  withNobodies([PARK.ON_WORD, PARK.ON_WORD], (list, [first, second]) => {
    words[list + LAST] = slotOf(first.id);
    // It has found its bell not rung.
    const block = () => words[blockedOn(first)] = list + 1;
    beforeExchange(first.park, block, () => parkingOf(memory).wakeOne(list));
    assertRung(second);
  }));

test("Parking hands on what it has woken itself for, and has not looked, when it blocks", () =>
  withNobodies([PARK.ON_WORD], async (list, [other], cell) => {
    const parking = parkingOf(memory);
    const end = await parkOn(list);
    words[list + LAST] = slotOf(memory.self);
    parking.wakeOne(list);
    assertEquals(words[other.park], PARK.ON_WORD);
    parking.waitSync(
      cellAt(cell) + OTHERS,
      () => {
        assertRung(other);
        return true;
      },
      impatience(),
      "take",
    );
    await end();
  }));

for (const how of ["waits", "watches"] as const) {
  test(`Parking leaves wakes of what it ${how} for to others while it blocks for something else`, () =>
    withNobodies([PARK.ON_WORD, PARK.AWAKE], async (list, others, cell) => {
      const [other, ringer] = others;
      const own = parkOf(memory.self);
      const parking = parkingOf(memory);
      const theirs = new Parking(ringer.memory);
      let come = false;
      const watched = Promise.withResolvers<void>();
      const wait = how === "waits"
        ? parking.wait(list, () => come || NOT_YET, impatience(), "take")
        : watched.promise;
      const stop = how === "watches"
        ? parking.watch([list], () => come && watched.resolve())
        : () => {};
      await until(() => words[own] === PARK.ON_WORD, "it is parked");
      // We have been rung, and block before we have looked.
      words[list + LAST] = slotOf(memory.self);
      theirs.wakeOne(list);
      assertEquals(words[own], PARK.RUNG);
      parking.waitSync(
        cellAt(cell) + OTHERS,
        () => {
          assertRung(other);
          words[other.park] = PARK.ON_WORD;
          // Now it is our turn again.
          words[list + LAST] = slotOf(memory.self);
          theirs.wakeOne(list);
          assertRung(other);
          assertNotEquals(words[own], PARK.RUNG);
          return true;
        },
        impatience(),
        "take",
      );
      come = true;
      parking.wakeAll(list);
      await wait;
      stop();
    }));
}

test("Parking.wakeOne() inside a blocking wait that succeeds wakes others, not itself", () =>
  withNobodies([PARK.ON_WORD], (list, [other]) => {
    const parking = parkingOf(memory);
    for (let turn = 0; turn < 2; turn++) {
      words[other.park] = PARK.ON_WORD;
      let looks = 0;
      parking.waitSync(
        list,
        () => {
          if (++looks === 1) return NOT_YET;
          // There is more.
          parking.wakeOne(list);
          return true;
        },
        impatience(),
        "take",
        { timeout: 5 },
      );
      assertRung(other);
    }
  }));

for (const how of ["sync", "async"] as const) {
  test(`Parking passes a ring on that comes as a wait succeeds, ${how}`, () =>
    withNobodies([PARK.ON_WORD], async (list, [other]) => {
      const own = parkOf(memory.self);
      const parking = parkingOf(memory);
      let looks = 0;
      const attempt = () => {
        // Once from wait(), once before it sleeps, once on the ring below.
        if (words[own] !== PARK.ON_WORD || ++looks < 2) return NOT_YET;
        // What we take is followed by more, and that was to be ours, too.
        words[own] = PARK.RUNG;
        return true;
      };
      if (how === "sync") {
        parking.waitSync(list, attempt, impatience(), "take", { timeout: 900 });
      } else {
        await parking.wait(list, attempt, impatience(), "take");
      }
      assertRung(other);
    }));

  test(`Parking passes a ring on when a wait ends by an error, ${how}`, () =>
    withNobodies([PARK.ON_WORD], async (list, [other]) => {
      const parking = parkingOf(memory);
      let looks = 0;
      const attempt = () => {
        if (++looks === 1) return NOT_YET;
        throw new Error("not for me");
      };
      if (how === "sync") {
        assertThrows(() =>
          parking.waitSync(list, attempt, impatience(), "take")
        );
      } else {
        await assertRejects(() =>
          parking.wait(list, attempt, impatience(), "take")
        );
      }
      assertRung(other);
    }));

  test(`Parking passes a ring on when a wait times out, ${how}`, () =>
    withNobodies([PARK.ON_WORD], async (list, [other]) => {
      const parking = parkingOf(memory);
      const options = { timeout: 20 };
      const wait = () => NOT_YET;
      if (how === "sync") {
        assertThrows(() =>
          parking.waitSync(list, wait, impatience(), "take", options)
        );
      } else {
        await assertRejects(() =>
          parking.wait(list, wait, impatience(), "take", options)
        );
      }
      assertRung(other);
    }));
}

test("Parking passes a ring on that was for its slot's last owner", () =>
  withNobodies(
    [PARK.ON_WORD, PARK.AWAKE],
    async (list, [other, ringer], cell) => {
      // Nobody of ours waits on the list, but the slot's bit is set.
      enlist(memory, list);
      const end = await parkOn(cellAt(cell) + OTHERS);
      const theirs = new Parking(ringer.memory);
      for (let turn = 0; turn < 2; turn++) {
        if (words[other.park] >= PARK.RUNG) break;
        words[other.park] = PARK.AWAKE;
        theirs.wakeOne(list);
        words[other.park] = PARK.ON_WORD;
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      // Others are listed, so it is found out that it does not look.
      await until(() => words[other.park] === PARK.LATE, "it is late");
      assertFalse(isListed(memory, list, slotOf(memory.self)));
      await end();
    },
  ));

test("Parking wakes those whom its leaving has hidden for a moment", () =>
  withNobodies([], (list) => {
    const parking = parkingOf(memory);
    // Its bit is to be in the same word as ours.
    words[HEADER.SLOT_NEXT] = slotOf(memory.self) + 1;
    const other = nobody(0, PARK.ON_WORD);
    const { and } = Atomics;
    Atomics.and = ((array: Int32Array, index: number, value: number) => {
      const old = and(array, index, value);
      // It comes between the two words that we clear.
      if (index !== list && index > list) enlist(other.memory, list);
      return old;
    }) as typeof and;
    try {
      let looks = 0;
      parking.waitSync(
        list,
        () => ++looks > 1 || NOT_YET,
        impatience(),
        "take",
        { timeout: 5 },
      );
    } catch {
      // It may time out.
    } finally {
      Atomics.and = and;
    }
    assertRung(other);
    assert(hasWaiters(memory, list));
    delist(memory, list, slotOf(other.id));
    reap(memory, other.id);
  }));

test("Parking can be rung again although a ringer died before it woke it", () =>
  withNobodies([], async (list) => {
    const end = await parkOn(list);
    const own = parkOf(memory.self);
    words[own] = PARK.RUNG;
    delist(memory, list, slotOf(memory.self));
    const started = performance.now();
    await until(() => words[own] === PARK.ON_WORD, "it is parked again");
    assert(performance.now() - started < TOLD_MS);
    assert(isListed(memory, list, slotOf(memory.self)));
    await end();
  }));

// Processes.

function cpuTicks(pid: number): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

function testProcesses(name: string, run: Run): void {
  PROCESSES.test(name, run, UNSANITIZED);
}

for (const how of ["sync", "async"] as const) {
  for (const takes of [1, 40]) {
    testProcesses(
      `Parking burns no processor while parked, ${how}, after ${takes} waits`,
      () =>
        withCell(PROCESSES.memory, async (cell) => {
          const { memory, start } = PROCESSES;
          await using actor = start(ROLES, "take", cell, takes + 1, how);
          assertEquals(await actor.next(), "ready");
          const park = parkOf(actor.id);
          for (let take = 0; take < takes; take++) {
            await until(
              () => memory.words[park] !== PARK.AWAKE,
              "it is parked",
            );
            stockUp(memory, cell, 1);
            assertEquals(await actor.next(), "took");
          }
          await until(
            () =>
              takes > 16
                ? memory.words[park] === PARK.ON_PIPE
                : memory.words[park] !== PARK.AWAKE,
            "it is parked for long",
          );
          await new Promise((resolve) => setTimeout(resolve, 300));
          const before = cpuTicks(actor.pid);
          await new Promise((resolve) => setTimeout(resolve, 2_000));
          // A tick is 10 ms.
          const used = cpuTicks(actor.pid) - before;
          assert(used <= 4, `${used * 10} ms`);
          stockUp(memory, cell, 1);
          assertEquals(await actor.next(), "took");
          await actor.ended;
        }),
    );
  }

  testProcesses(
    `Parking survives the death of another that was woken, ${how}`,
    () =>
      withCell(PROCESSES.memory, async (cell) => {
        const { memory, start } = PROCESSES;
        const actors: Actor[] = [];
        for (let count = 0; count < 3; count++) {
          const actor = start(ROLES, "take", cell, 1, how);
          assertEquals(await actor.next(), "ready");
          await until(
            () => memory.words[parkOf(actor.id)] !== PARK.AWAKE,
            "it is parked",
          );
          actors.push(actor);
        }
        const [victim, ...survivors] = actors;
        Deno.kill(victim.pid, "SIGSTOP");
        await until(
          () => /\) T/.test(Deno.readTextFileSync(`/proc/${victim.pid}/stat`)),
          "it is stopped",
        );
        const killed = performance.now();
        // One of the wakes goes to the one that sleeps for good.
        stockUp(memory, cell, 2);
        victim.kill();
        for (const survivor of survivors) {
          assertEquals(await survivor.next(), "took");
        }
        assert(performance.now() - killed < TOLD_MS);
        await Promise.all(actors.map((actor) => actor.ended));
        parkingOf(memory).wakeAll(cellAt(cell) + TAKERS);
        delist(memory, cellAt(cell) + TAKERS, slotOf(victim.id));
      }),
  );
}

testProcesses(
  "Parking.wait() keeps the program alive while it is pending, not when it is settled",
  () =>
    withCell(PROCESSES.memory, async (cell) => {
      const { memory, start } = PROCESSES;
      const actor = start(ROLES, "takeAndEnd", cell);
      assertEquals(await actor.next(), "waiting");
      const early = await Promise.race([
        actor.ended.then(() => "ended"),
        new Promise((resolve) => setTimeout(() => resolve("alive"), 1_200)),
      ]);
      assertEquals(early, "alive");
      stockUp(memory, cell, 1);
      const took = performance.now();
      assertEquals(await actor.next(), "took");
      await actor.ended;
      assert(performance.now() - took < TOLD_MS);
    }),
);

testProcesses(
  "Parking.wait() does not keep the program alive once it has been aborted",
  () =>
    withCell(PROCESSES.memory, async (cell) => {
      const { start } = PROCESSES;
      const actor = start(ROLES, "giveUpAndEnd", cell);
      assertEquals(await actor.next(), "waiting");
      assertEquals(await actor.next(), "gave up");
      const gaveUp = performance.now();
      await actor.ended;
      assert(performance.now() - gaveUp < TOLD_MS);
    }),
);
