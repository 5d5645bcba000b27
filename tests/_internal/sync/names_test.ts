import { assert, assertEquals } from "@std/assert";
import {
  CELL_KIND,
  reap,
  releaseCell,
} from "../../../_internal/handles/mod.ts";
import {
  allocateCell,
  cellsInUse,
  generationOf,
  hold,
  letGo,
  threadMemory,
} from "../../../_internal/memory/mod.ts";
import {
  encodeName,
  link,
  lookUp,
  nameFor,
  nameOf,
  unlink,
} from "../../../sync/_names.ts";
import { dies, Mortal } from "../memory/crash.ts";

const memory = threadMemory();
const MOST_CHANGES = 200;

function named(name: string): Uint8Array {
  return encodeName("test", name);
}

/** Lets go of a cell. */
function drop(cell: number): void {
  if (letGo(memory, cell, memory.self)) releaseCell(memory, cell);
}

/** Whether a name is known; whoever asks holds nothing afterwards. */
function isKnown(name: string): boolean {
  const found = lookUp(memory, named(name));
  if (found === undefined) return false;
  assertEquals(nameOf(memory, found.cell), name);
  drop(found.cell);
  return true;
}

/** Takes a name away, if there is one of it. */
function forget(name: string): void {
  const found = lookUp(memory, named(name));
  if (found === undefined) return;
  drop(found.cell);
  assert(unlink(memory, found));
}

for (const name of ["given", undefined]) {
  const kind = name === undefined ? "of its own" : "that is given";

  Deno.test(`link() of a name ${kind} that is cut short at any change leaves it given or not`, () => {
    const before = cellsInUse(memory);
    const seen = new Set<boolean>();
    let changes = 0;
    for (; changes < MOST_CHANGES; changes++) {
      const mortal = new Mortal(memory);
      const cell = allocateCell(memory, CELL_KIND.BYTES);
      hold(memory, cell, mortal.self);
      assert(!letGo(memory, cell, memory.self));
      const chosen = name ?? nameFor(memory, cell);
      const isCut = dies(changes, () => {
        assert(link(mortal, cell, named(chosen)));
      });
      reap(memory, mortal.self);
      seen.add(isKnown(chosen));
      forget(chosen);
      assertEquals(isKnown(chosen), false);
      // What was kept by no name has gone with the next who came.
      assertEquals(cellsInUse(memory), before, `after ${changes} changes`);
      if (!isCut) break;
    }
    assert(changes > 3 && changes < MOST_CHANGES);
    assertEquals(seen.size, 2);
  });
}

Deno.test("unlink() that is cut short at any change leaves the name or takes it away, and no memory", () => {
  const before = cellsInUse(memory);
  const seen = new Set<boolean>();
  let changes = 0;
  for (; changes < MOST_CHANGES; changes++) {
    const cell = allocateCell(memory, CELL_KIND.BYTES);
    const generation = generationOf(memory, cell);
    assert(link(memory, cell, named("known")));
    if (changes % 2 === 0) drop(cell);
    const mortal = new Mortal(memory);
    const isCut = dies(changes, () => {
      assert(unlink(mortal, { cell, generation }));
    });
    reap(memory, mortal.self);
    seen.add(isKnown("known"));
    forget("known");
    if (changes % 2 === 1) drop(cell);
    // One that was cut short while it freed is followed by the next reaper.
    reap(memory, new Mortal(memory).self);
    assertEquals(cellsInUse(memory), before, `after ${changes} changes`);
    if (!isCut) break;
  }
  assert(changes > 3 && changes < MOST_CHANGES);
  assertEquals(seen.size, 2);
});

Deno.test("lookUp() that is cut short at any change holds nothing", () => {
  const before = cellsInUse(memory);
  const cell = allocateCell(memory, CELL_KIND.BYTES);
  const generation = generationOf(memory, cell);
  assert(link(memory, cell, named("known")));
  drop(cell);
  let changes = 0;
  for (; changes < MOST_CHANGES; changes++) {
    const mortal = new Mortal(memory);
    const isCut = dies(changes, () => {
      assertEquals(lookUp(mortal, named("known")), { cell, generation });
    });
    reap(memory, mortal.self);
    assert(isKnown("known"));
    if (!isCut) break;
  }
  assert(changes > 1 && changes < MOST_CHANGES);
  assert(unlink(memory, { cell, generation }));
  assertEquals(cellsInUse(memory), before);
});

Deno.test("link() finds a name among thousands that are alike", () => {
  const before = cellsInUse(memory);
  const cells = Array.from({ length: 3_000 }, (_, n) => {
    const cell = allocateCell(memory, CELL_KIND.BYTES);
    assert(link(memory, cell, named(`name ${n}`)));
    return { cell, generation: generationOf(memory, cell) };
  });
  assertEquals(lookUp(memory, named("name 1234")), cells[1234]);
  assertEquals(link(memory, cells[0].cell, named("name 2999")), false);
  assertEquals(lookUp(memory, named("name 3000")), undefined);
  for (const each of cells) {
    assert(unlink(memory, each));
    assertEquals(unlink(memory, each), false);
    drop(each.cell);
  }
  assertEquals(cellsInUse(memory), before);
});
