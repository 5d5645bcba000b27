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
  const take = () => lookout.takeNews({ ofObjects: true });
  assertEquals(take(), undefined);
  recordEnd(memory, ids[0], 0);
  reap(memory, ids[0]);
  reap(memory, ids[1]);
  const ended: [number, boolean][] = [[ids[0], true], [ids[1], false]];
  assertEquals(take(), { ended, gone: [] });
  assertEquals(take(), undefined);
  reap(memory, ids[2]);
  // One that has ended before it is looked for is missed no less.
  const late = new Lookout(memory);
  late.takeNews({ ofObjects: false });
  late.addClient(ids[2]);
  const news = late.takeNews({ ofObjects: false });
  assertEquals(news?.ended, [[ids[2], false]]);
});

Deno.test("Lookout tells once of each object that is no more", () => {
  const memory = threadMemory();
  const lookout = new Lookout(memory);
  const cells = [1, 2].map(() => allocateCell(memory, CELL_KIND.MANAGED));
  const places = cells.map((cell) => [cell, generationOf(memory, cell)]);
  for (const [cell, generation] of places) lookout.addObject(cell, generation);
  const take = () => lookout.takeNews({ ofObjects: true });
  assertEquals(take(), undefined);
  const free = (cell: number) => {
    letGo(memory, cell, memory.self);
    freeCell(memory, cell, () => {});
  };
  for (const cell of cells) {
    free(cell);
    // Whoever takes the cell next is another.
    free(allocateCell(memory, CELL_KIND.MANAGED));
  }
  assertEquals(lookout.takeNews({ ofObjects: false }), undefined);
  assertEquals(take()?.gone as unknown, places);
  assertEquals(take(), undefined);
});
