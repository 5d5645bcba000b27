import { assert, assertEquals } from "@std/assert";
import { releaseCell } from "../../../_internal/handles/reap.ts";
import {
  allocateCell,
  arrive,
  claim,
  freeSlot,
  letGo,
  markDead,
  type Memory,
  threadMemory,
} from "../../../_internal/memory/mod.ts";
import { MOST_PERMITS } from "../../../_internal/most_permits.ts";
import { Permits } from "../../../sync/_permits.ts";
import { dies, Mortal, testAlone } from "../memory/crash.ts";

const KIND = 5;
const memory = threadMemory();

function withPermits(
  count: number,
  use: (permits: Permits, cell: number) => void,
): void {
  const cell = allocateCell(memory, KIND);
  try {
    const permits = new Permits(memory, cell);
    permits.create(count);
    use(permits, cell);
  } finally {
    if (letGo(memory, cell, memory.self)) releaseCell(memory, cell);
  }
}

/** The memory as another participant sees it. */
function seenBy(id: number): Memory {
  return Object.create(memory, {
    self: { value: id },
    dataWords: { value: memory.dataWords.bind(memory) },
  });
}

/** Another participant. */
class Other {
  readonly id = claim(memory, memory.self);
  readonly permits: Permits;

  constructor(cell: number) {
    arrive(memory, this.id);
    this.permits = new Permits(seenBy(this.id), cell);
  }

  take(count: number): this {
    for (let n = 0; n < count; n++) assertEquals(this.permits.take(), "free");
    return this;
  }

  die(): void {
    markDead(memory, this.id);
    freeSlot(memory, this.id);
  }
}

/** Takes all that is free, and says how each came. */
function takeAll(permits: Permits): string[] {
  const all: string[] = [];
  for (let how; (how = permits.take()) !== "none";) all.push(how);
  return all;
}

testAlone("Permits gives those of the dead to the next, and says so", () => {
  withPermits(5, (permits, cell) => {
    const others = [new Other(cell).take(2), new Other(cell).take(1)];
    assertEquals(permits.value, 2);
    others[0].die();
    assertEquals(permits.value, 4);
    assertEquals(takeAll(permits), ["abandoned", "abandoned", "free", "free"]);
    others[1].die();
    assertEquals(takeAll(permits), ["abandoned"]);
    assert(permits.give(5));
    assertEquals(takeAll(permits), Array(5).fill("free"));
  });
});

testAlone("Permits gives back what was held, and adds the rest", () => {
  withPermits(3, (permits, cell) => {
    const other = new Other(cell).take(2);
    // Nobody's yet: there are four now.
    assert(permits.give(1));
    assertEquals(permits.value, 2);
    assertEquals(permits.take(), "free");
    assert(permits.give(2));
    assertEquals(permits.value, 3);
    // Five exist, of which three had to be: the dead one's do not come back.
    other.die();
    assertEquals(permits.value, 3);
  });
});

testAlone(
  "Permits of one that died come back as far as there were so many",
  () => {
    for (const extra of [0, 1, 2, 3]) {
      withPermits(4, (permits, cell) => {
        const other = new Other(cell).take(3);
        if (extra > 0) assert(permits.give(extra));
        other.die();
        assertEquals(permits.value, 4);
      });
    }
    // More than at first are free already.
    withPermits(1, (permits, cell) => {
      const other = new Other(cell).take(1);
      assert(permits.give(3));
      other.die();
      assertEquals(permits.value, 3);
    });
  },
);

testAlone("Permits that were signals do not come back", () => {
  withPermits(0, (permits, cell) => {
    const other = new Other(cell);
    assert(permits.give(5));
    other.take(3).die();
    assertEquals(permits.value, 2);
    assertEquals(takeAll(permits), ["free", "free"]);
  });
});

testAlone(
  "Permits that are taken here and given there for ever do not add up",
  () => {
    const rounds = 1_500_000;
    for (const initial of [0, 3]) {
      withPermits(initial, (permits, cell) => {
        const other = new Other(cell);
        for (let round = 0; round < rounds; round++) {
          other.permits.give(1);
          if (permits.take() !== "free") throw new Error(`round ${round}`);
        }
        assertEquals(permits.value, initial);
        other.die();
        assertEquals(permits.value, initial);
        assert(permits.give(1));
        assertEquals(permits.value, initial + 1);
      });
    }
  },
);

testAlone("Permits has a limit, and leaves all as it was beyond it", () => {
  withPermits(MOST_PERMITS, (permits, cell) => {
    assertEquals(permits.give(1), false);
    const other = new Other(cell).take(2);
    assertEquals([permits.give(3), permits.value], [false, MOST_PERMITS - 2]);
    assertEquals([permits.give(2), permits.value], [true, MOST_PERMITS]);
    assertEquals([other.permits.giveOwn(), permits.value], [
      false,
      MOST_PERMITS,
    ]);
    other.die();
    assertEquals(permits.value, MOST_PERMITS);
  });
  withPermits(2, (permits, cell) => {
    permits.bound();
    assertEquals([permits.limit, permits.give(1)], [2, false]);
    const other = new Other(cell).take(1);
    assertEquals([permits.give(2), permits.give(1)], [false, true]);
    // It was given back in its place, so it has nothing to give.
    assertEquals([other.permits.giveOwn(), permits.value], [false, 2]);
    assertEquals(takeAll(other.permits), ["free", "free"]);
    other.die();
    assertEquals(permits.value, 2);
  });
});

interface Scene {
  readonly name: string;
  /** How many are held by others who live, and by others who are dead. */
  readonly living?: number;
  readonly dead?: number;
  readonly prepare?: (permits: Permits) => void;
  readonly act: (permits: Permits) => unknown;
}

const INITIAL = 40;
const SCENES: Scene[] = [
  { name: "takes its first", act: (permits) => permits.take() },
  { name: "takes its first in a block", living: 25, act: (it) => it.take() },
  {
    name: "takes another",
    prepare: (permits) => permits.take(),
    act: (permits) => permits.take(),
  },
  {
    name: "gives one back",
    prepare: (permits) => permits.take(),
    act: (permits) => permits.give(1),
  },
  {
    name: "gives back and adds",
    living: 2,
    prepare: (permits) => permits.take(),
    act: (permits) => permits.give(2),
  },
  { name: "reclaims", living: 1, dead: 3, act: (permits) => permits.value },
  { name: "takes from the dead", dead: INITIAL, act: (it) => it.take() },
];

for (const { name, living = 0, dead = 0, prepare, act } of SCENES) {
  testAlone(
    `Permits loses none and makes none when one dies that ${name}`,
    () => {
      let deaths = 0;
      for (let wasCut = true; wasCut; deaths++) {
        withPermits(INITIAL, (permits, cell) => {
          const others = Array.from(
            { length: living },
            () => new Other(cell).take(1),
          );
          const lost = Array.from(
            { length: dead },
            () => new Other(cell).take(1),
          );
          lost.forEach((other) => other.die());
          // One that has an entry looks no closer than it must.
          if (dead === 0) {
            assertEquals([permits.take(), permits.give(1)], ["free", true]);
          }
          const mortal = new Mortal(memory);
          prepare?.(new Permits(seenBy(mortal.self), cell));
          const own = new Permits(mortal, cell);
          wasCut = dies(deaths, () => act(own));
          markDead(memory, mortal.self);
          freeSlot(memory, mortal.self);
          // One that has added one may have done so already.
          const most = name === "gives back and adds" ? 1 : 0;
          const expected = INITIAL - living;
          // Those who come first may not know of any death.
          const early = ["free", "abandoned"].includes(permits.take()) ? 1 : 0;
          const free = permits.value + early;
          assert(
            free >= expected && free <= expected + most,
            `${free} instead of ${expected}, death ${deaths}`,
          );
          assertEquals(takeAll(permits).length, free - early);
          assert(permits.give(free));
          for (const other of others) {
            assert(other.permits.giveOwn());
            other.die();
          }
          assert(permits.value >= INITIAL && permits.value <= INITIAL + most);
        });
      }
      assert(deaths > 3, `${deaths} deaths`);
    },
  );
}

testAlone(
  "Permits counts no signal that was taken though who gave it had died",
  () => {
    for (let deaths = 0, wasCut = true; wasCut; deaths++) {
      withPermits(0, (permits, cell) => {
        assert(permits.give(1));
        assertEquals(permits.take(), "free");
        const mortal = new Mortal(memory);
        const own = new Permits(mortal, cell);
        wasCut = dies(deaths, () => own.give(1));
        markDead(memory, mortal.self);
        freeSlot(memory, mortal.self);
        const taken = permits.take();
        assert(permits.value <= (taken === "none" ? 1 : 0));
        // Whatever came of that one, others can signal.
        assert(permits.give(1));
        assert(permits.value >= 1);
        assert(permits.take() !== "none");
      });
    }
  },
);
