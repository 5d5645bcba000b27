import { assert, assertEquals } from "@std/assert";
import { releaseCell } from "../../../_internal/handles/reap.ts";
import {
  allocateCell,
  arrive,
  CELL,
  cellAt,
  claim,
  enter,
  freeSlot,
  Holders,
  holdersWords,
  isDeserted,
  leave,
  letGo,
  markDead,
  type Memory,
  releaseAll,
  tagOfCell,
  threadMemory,
} from "../../../_internal/memory/mod.ts";
import { BACKENDS, usageOf } from "./backends.ts";
import { dies, Mortal } from "./crash.ts";

const KIND = 5;
const ENTRIES = 3;
const MUTEX = CELL.BODY;
const TOTAL = CELL.BODY + 1;
const AT = CELL.BODY + 2;
/** At most two of the total come back. */
const AFTER = (held: number, total: number) => Math.max(total - held, 2);

function withCell(
  memory: Memory,
  use: (cell: number) => void,
): () => void {
  return () => {
    const before = usageOf(memory);
    const cell = allocateCell(memory, KIND);
    try {
      use(cell);
    } finally {
      if (letGo(memory, cell, memory.self)) releaseCell(memory, cell);
    }
    assertEquals(usageOf(memory), before);
  };
}

function holdersIn(memory: Memory, cell: number): Holders {
  const at = cellAt(cell);
  return new Holders(memory, cell, at + AT, ENTRIES, at + TOTAL);
}

/** The memory as another participant sees it. */
function seenBy(id: number, memory: Memory): Memory {
  return Object.create(memory, {
    self: { value: id },
    dataWords: { value: memory.dataWords.bind(memory) },
  });
}

/** Another participant. */
class Other {
  readonly id: number;
  readonly holders: Holders;
  readonly #memory: Memory;

  constructor(memory: Memory, cell: number) {
    this.#memory = memory;
    this.id = claim(memory, memory.self);
    arrive(memory, this.id);
    this.holders = holdersIn(seenBy(this.id, memory), cell);
  }

  die(): void {
    markDead(this.#memory, this.id);
    freeSlot(this.#memory, this.id);
  }
}

for (const { name, memory, test } of BACKENDS) {
  test(
    `Holders in ${name} counts for each what it has`,
    withCell(memory, (cell) => {
      const holders = holdersIn(memory, cell);
      const other = new Other(memory, cell);
      assertEquals([holders.own, holders.sum, holders.hasOwn], [0, 0, false]);
      holders.add(2);
      other.holders.add(5);
      other.holders.add(-1);
      assertEquals([holders.own, other.holders.own, holders.sum], [2, 4, 6]);
      assertEquals([holders.hasOwn, holders.hasDead()], [true, false]);
      // Another object of the same participant finds the same entry.
      assertEquals(holdersIn(memory, cell).own, 2);
      other.die();
      assertEquals(holders.reclaim(), 4);
      assertEquals(holders.sum, 2);
    }),
  );

  test(
    `Holders in ${name} takes back what the dead had, once, and settles the total`,
    withCell(memory, (cell) => {
      const total = cellAt(cell) + TOTAL;
      const holders = holdersIn(memory, cell);
      const others = [1, 2, 3].map((count) => {
        const other = new Other(memory, cell);
        other.holders.add(count);
        return other;
      });
      holders.add(1);
      memory.words[total] = 6;
      assertEquals([holders.hasDead(), holders.reclaim(AFTER)], [false, 0]);
      others[0].die();
      others[2].die();
      assertEquals([holders.hasDead(), holders.sum], [true, 7]);
      assertEquals([holders.reclaim(AFTER), memory.words[total]], [4, 2]);
      assertEquals([holders.hasDead(), holders.sum], [false, 3]);
      assertEquals([holders.reclaim(AFTER), memory.words[total]], [0, 2]);
      others[1].die();
      assertEquals(holders.reclaim(), 2);
      assertEquals([holders.own, holders.sum], [1, 1]);
    }),
  );

  test(
    `Holders in ${name} has room for all who live at once`,
    withCell(memory, (cell) => {
      const holders = holdersIn(memory, cell);
      const others = Array.from({ length: 60 }, () => new Other(memory, cell));
      others.forEach(({ holders }, index) => holders.add(index));
      holders.add(1000);
      const all = 1000 + 60 * 59 / 2;
      assertEquals([holders.sum, holders.own], [all, 1000]);
      others.forEach(({ holders }, index) => assertEquals(holders.own, index));
      assertEquals(holdersIn(memory, cell).own, 1000);
      assertEquals(holders.hasDead(), false);
      others.forEach((other, index) => index % 2 === 0 || other.die());
      assert(holders.hasDead());
      const odd = 30 * 30;
      assertEquals([holders.reclaim(), holders.sum], [odd, all - odd]);
      others.forEach((other, index) => index % 2 === 0 && other.die());
      assertEquals(holders.reclaim(), 60 * 59 / 2 - odd);
      assertEquals(holders.sum, 1000);
    }),
  );

  test(
    `Holders in ${name} gives the entries of the dead to others`,
    withCell(memory, (cell) => {
      const before = usageOf(memory).units;
      for (let life = 0; life < 50; life++) {
        const other = new Other(memory, cell);
        assertEquals(other.holders.hasOwn, false);
        assertEquals(other.holders.reclaim(), life === 0 ? 0 : 1);
        other.holders.add(1);
        assertEquals([other.holders.own, other.holders.sum], [1, 1]);
        other.die();
      }
      // So few at a time need no more room.
      assertEquals(usageOf(memory).units, before);
      assertEquals(holdersIn(memory, cell).reclaim(), 1);
    }),
  );
}

Deno.test("isDeserted() says that the owner of a mutex has died inside", () => {
  const memory = threadMemory();
  withCell(memory, (cell) => {
    const word = cellAt(cell) + MUTEX;
    assertEquals(isDeserted(memory, word), false);
    enter(memory, word);
    assertEquals(isDeserted(memory, word), false);
    leave(memory, word);
    const other = new Other(memory, cell);
    memory.words[word] = other.id;
    other.die();
    assertEquals(isDeserted(memory, word), true);
    assertEquals(enter(memory, word), true);
    assertEquals(isDeserted(memory, word), false);
    leave(memory, word);
  })();
});

/** Dies at every change in turn, and hands over to `survive`. */
function eachDeath(
  prepare: (holders: Holders, cell: number) => void,
  act: (holders: Holders) => void,
  survive: (holders: Holders, cell: number) => void,
): number {
  const memory = threadMemory();
  let deaths = 0;
  for (let wasCut = true; wasCut; deaths++) {
    withCell(memory, (cell) => {
      const mortal = new Mortal(memory);
      const word = cellAt(cell) + MUTEX;
      prepare(holdersIn(seenBy(mortal.self, memory), cell), cell);
      const holders = holdersIn(mortal, cell);
      wasCut = dies(deaths, () => {
        enter(mortal, word);
        act(holders);
        leave(mortal, word);
      });
      markDead(memory, mortal.self);
      freeSlot(memory, mortal.self);
      const next = holdersIn(memory, cell);
      if (enter(memory, word)) next.repair();
      survive(next, cell);
      leave(memory, word);
      releaseAll(memory, mortal.self);
      releaseAll(memory, tagOfCell(cell));
    })();
  }
  return deaths;
}

/** Others that live while somebody else dies. */
function crowd(cell: number, count: number, each: number): Other[] {
  return Array.from({ length: count }, () => {
    const other = new Other(threadMemory(), cell);
    other.holders.add(each);
    return other;
  });
}

Deno.test("Holders takes from the dead once, though who does so dies at any moment", () => {
  for (const count of [2, 8]) {
    const deaths = eachDeath(
      (_, cell) => {
        crowd(cell, count, 2).forEach((other) => other.die());
        threadMemory().words[cellAt(cell) + TOTAL] = 2 * count;
      },
      (holders) => {
        holders.reclaim((held, total) => total - held);
      },
      (holders, cell) => {
        const total = cellAt(cell) + TOTAL;
        holders.reclaim((held, total) => total - held);
        assertEquals([holders.sum, threadMemory().words[total]], [0, 0]);
      },
    );
    assert(deaths > 6 * count, `${deaths} deaths`);
  }
});

Deno.test("Holders loses nothing of the others when one dies that claims an entry", () => {
  for (const count of [0, 2, 3, 8]) {
    let others: Other[] = [];
    const deaths = eachDeath(
      (_, cell) => {
        others = crowd(cell, count, 5);
      },
      (holders) => {
        holders.add(1);
      },
      (holders) => {
        assert(holders.reclaim() <= 1);
        assertEquals(holders.sum, 5 * count);
        holders.add(3);
        assertEquals([holders.own, holders.sum], [3, 5 * count + 3]);
        for (const other of others) {
          assertEquals(other.holders.own, 5);
          other.die();
        }
      },
    );
    assert(deaths > 4, `${deaths} deaths`);
  }
});

Deno.test("Holders settles its own count and the total both or neither", () => {
  eachDeath(
    (holders, cell) => {
      holders.add(7);
      threadMemory().words[cellAt(cell) + TOTAL] = 9;
    },
    (holders) => holders.settle(2, 4),
    (holders, cell) => {
      const total = threadMemory().words[cellAt(cell) + TOTAL];
      const count = holders.reclaim();
      assert(
        count === 7 && total === 9 || count === 2 && total === 4,
        `${count} of ${total}`,
      );
    },
  );
});

Deno.test("holdersWords() says how many words a table takes", () => {
  const memory = threadMemory();
  withCell(memory, (cell) => {
    const end = cellAt(cell) + AT + holdersWords(ENTRIES);
    const others = crowd(cell, ENTRIES, -1);
    assertEquals(memory.words[end - 1], -1);
    assertEquals(memory.words[end], 0);
    others.forEach((other) => other.die());
  })();
});
