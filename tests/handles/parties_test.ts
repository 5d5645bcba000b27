// Whether a barrier misses a dead party that is forgiven while somebody clears up after it.

import { assertEquals } from "@std/assert";
import { CELL_KIND, noteLoss, reap } from "../../_internal/handles/mod.ts";
import {
  claim,
  forEachHeld,
  hold,
  kindOf,
  markDead,
  type Memory,
  processMemory,
} from "../../_internal/memory/mod.ts";
import { Barrier } from "../../sync/mod.ts";
import { sharedTest } from "../shared_memory.ts";

/** The barriers that this thread has. */
function barriersOf(memory: Memory): Set<number> {
  const cells = new Set<number>();
  forEachHeld(memory, memory.self, (cell) => {
    if (kindOf(memory, cell) === CELL_KIND.BARRIER) cells.add(cell);
  });
  return cells;
}

sharedTest(
  "mapping",
  "noteLoss() has no effect on a barrier that is reset meanwhile, wherever it is",
  () => {
    const memory = processMemory();
    const others = barriersOf(memory);
    const barrier = new Barrier(2);
    const [cell] = barriersOf(memory).difference(others);
    for (let moment = 1;; moment++) {
      const id = claim(memory, memory.self);
      hold(memory, cell, id);
      markDead(memory, id);
      let looks = 0;
      // Whoever clears up looks at the words step by step.
      const stepwise = Object.create(memory, {
        words: {
          get() {
            if (++looks === moment) barrier.reset();
            return memory.words;
          },
        },
      }) as Memory;
      noteLoss(stepwise, cell, id);
      const isOver = looks < moment;
      assertEquals(barrier.broken, isOver, `reset at look ${moment}`);
      barrier.reset();
      reap(memory, id);
      assertEquals(barrier.broken, false);
      if (isOver) break;
    }
  },
);
