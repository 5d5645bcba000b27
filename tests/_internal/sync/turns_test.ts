import { assert, assertEquals } from "@std/assert";
import { releaseCell } from "../../../_internal/handles/reap.ts";
import {
  allocateCell,
  arrive,
  cellAt,
  claim,
  freeSlot,
  letGo,
  markDead,
  type Memory,
  threadMemory,
} from "../../../_internal/memory/mod.ts";
import {
  Turns,
  WAITING_READERS,
  WAITING_WRITERS,
} from "../../../sync/_turns.ts";
import { delist, enlist } from "../../../_internal/parking/wait_list.ts";
import { slotOf } from "../../../_internal/memory/mod.ts";
import { dies, Mortal, testAlone } from "../memory/crash.ts";

const KIND = 6;
const memory = threadMemory();

function withTurns(use: (turns: Turns, cell: number) => void): void {
  const cell = allocateCell(memory, KIND);
  try {
    use(new Turns(memory, cell), cell);
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
  readonly memory = seenBy(this.id);
  readonly turns: Turns;

  constructor(cell: number) {
    arrive(memory, this.id);
    this.turns = new Turns(this.memory, cell);
  }

  die(): void {
    markDead(memory, this.id);
    freeSlot(memory, this.id);
  }
}

testAlone(
  "Turns forgets the reads of the dead, and says that a dead writer wrote",
  () => {
    withTurns((turns, cell) => {
      const reader = new Other(cell);
      assertEquals([reader.turns.read(), turns.read()], ["free", "free"]);
      turns.endRead();
      assertEquals(turns.write(), "none");
      reader.die();
      assertEquals(turns.write(), "free");
      turns.endWrite();
      const writer = new Other(cell);
      assertEquals([writer.turns.write(), turns.read()], ["free", "none"]);
      writer.die();
      assertEquals([turns.read(), turns.read()], ["abandoned", "abandoned"]);
      turns.endRead();
      turns.endRead();
      const heir = new Other(cell);
      assertEquals(heir.turns.write(), "abandoned");
      heir.die();
      assertEquals(turns.write(), "abandoned");
      turns.endWrite();
      assertEquals([turns.read(), turns.write()], ["free", "none"]);
    });
  },
);

testAlone(
  "Turns goes by turns, but not for those who waited and have died",
  () => {
    withTurns((turns, cell) => {
      const at = cellAt(cell);
      const [reader, writer] = [new Other(cell), new Other(cell)];
      assertEquals(turns.read(), "free");
      enlist(writer.memory, at + WAITING_WRITERS);
      assertEquals([turns.read(), turns.next()], ["none", "nobody"]);
      // That it is free is for the writer, for a while.
      assertEquals([turns.endRead(), turns.read()], ["writer", "none"]);
      enlist(reader.memory, at + WAITING_READERS);
      assertEquals(writer.turns.write(), "free");
      delist(memory, at + WAITING_WRITERS, slotOf(writer.id));
      // Now for the readers.
      assertEquals(writer.turns.endWrite(), "readers");
      assertEquals(writer.turns.write(), "none");
      assertEquals(reader.turns.read(), "free");
      enlist(writer.memory, at + WAITING_WRITERS);
      assertEquals(turns.read(), "free");
      delist(memory, at + WAITING_READERS, slotOf(reader.id));
      assertEquals(turns.read(), "none");
      writer.die();
      assertEquals(turns.read(), "free");
      reader.die();
      turns.endRead();
      assertEquals(turns.endRead(), "nobody");
      assertEquals(turns.write(), "free");
    });
  },
);

const SCENES: Record<string, [(turns: Turns) => void, (turns: Turns) => void]> =
  {
    "reads for the first time": [() => {}, (turns) => turns.read()],
    "reads again": [(turns) => turns.read(), (turns) => turns.read()],
    "ends a read": [(turns) => turns.read(), (turns) => turns.endRead()],
    "writes": [() => {}, (turns) => turns.write()],
    "ends a write": [(turns) => turns.write(), (turns) => turns.endWrite()],
  };

for (const [name, [prepare, act]] of Object.entries(SCENES)) {
  for (const dead of ["nobody", "readers", "a writer"]) {
    testAlone(
      `Turns is free after one has died that ${name}, and ${dead} before`,
      () => {
        for (let deaths = 0, wasCut = true; wasCut; deaths++) {
          withTurns((turns, cell) => {
            const mortal = new Mortal(memory);
            const others = dead === "readers" ? [1, 2, 3, 4, 5, 6, 7, 8] : [1];
            if (dead !== "nobody") {
              const lost = others.map(() => new Other(cell));
              for (const { turns } of lost) {
                assertEquals(
                  dead === "readers" ? turns.read() : turns.write(),
                  "free",
                );
              }
              lost.forEach((other) => other.die());
            }
            prepare(new Turns(seenBy(mortal.self), cell));
            const own = new Turns(mortal, cell);
            wasCut = dies(deaths, () => act(own));
            markDead(memory, mortal.self);
            freeSlot(memory, mortal.self);
            const taken = turns.write();
            assert(taken !== "none", `death ${deaths}`);
            turns.endWrite();
            assertEquals([turns.read(), turns.read()], ["free", "free"]);
            turns.endRead();
            assertEquals(turns.write(), "none");
            turns.endRead();
            assertEquals(turns.write(), "free");
          });
          assert(deaths < 1_000);
        }
      },
    );
  }
}
