import { assertEquals } from "@std/assert";
import { CELL_KIND, reap } from "../../../_internal/handles/mod.ts";
import {
  allocateCell,
  arrive,
  claim,
  freeCell,
  generationOf,
  letGo,
  recordEnd,
  threadMemory,
} from "../../../_internal/memory/mod.ts";
import { Lookout } from "../../../manager/_lookout.ts";

Deno.test("Lookout tells once of each client that has ended, and how", () => {
  const memory = threadMemory();
  const lookout = new Lookout(memory);
  const ids = [1, 2, 3].map(() => claim(memory, memory.self));
  for (const id of ids) {
    arrive(memory, id);
    lookout.addClient(id);
  }
  assertEquals(lookout.takeEnded(), []);
  recordEnd(memory, ids[0], 0);
  reap(memory, ids[0]);
  reap(memory, ids[1]);
  assertEquals(lookout.takeEnded(), [[ids[0], true], [ids[1], false]]);
  assertEquals(lookout.takeEnded(), []);
  reap(memory, ids[2]);
  // One that has ended before it is looked for is missed no less.
  const late = new Lookout(memory);
  late.takeEnded();
  late.addClient(ids[2]);
  assertEquals(late.takeEnded(), [[ids[2], false]]);
});

Deno.test("Lookout tells once of each object that is no more", () => {
  const memory = threadMemory();
  const lookout = new Lookout(memory);
  const cells = [1, 2].map(() => allocateCell(memory, CELL_KIND.MANAGED));
  const places = cells.map((cell) => [cell, generationOf(memory, cell)]);
  for (const [cell, generation] of places) lookout.addObject(cell, generation);
  assertEquals(lookout.takeGone(), []);
  const free = (cell: number) => {
    letGo(memory, cell, memory.self);
    freeCell(memory, cell, () => {});
  };
  for (const cell of cells) {
    free(cell);
    // Whoever takes the cell next is another.
    free(allocateCell(memory, CELL_KIND.MANAGED));
  }
  assertEquals(lookout.takeGone() as unknown, places);
  assertEquals(lookout.takeGone(), []);
});
