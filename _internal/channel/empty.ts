import {
  cellAt,
  hasBlocks,
  type Memory,
  releaseAll,
  tagOfCell,
  UNIT_COUNT,
} from "../memory/mod.ts";
import { dump } from "./cargo.ts";
import { CHANNEL, CHUNK, CHUNK_WORDS, RECORD } from "./layout.ts";
import { recordWords } from "./record.ts";

/**
 * Frees what is left in the channel of a cell that nobody holds any more.
 *
 * @param unheld is called for what the messages carried and nobody else holds
 */
export function emptyChannel(
  memory: Memory,
  cell: number,
  unheld: (memory: Memory, cell: number) => void,
): void {
  const { words } = memory;
  const at = cellAt(cell);
  if (!hasBlocks(memory, cell)) return;
  let unit = words[at + CHANNEL.HEAD] - 1;
  while (unit >= 0 && unit < UNIT_COUNT) {
    const chunk = memory.dataWords(unit, CHUNK_WORDS);
    let place = chunk[CHUNK.READ_AT];
    let header = chunk[place];
    while (header !== 0 && header !== RECORD.END) {
      if ((header & RECORD.CARRIES) !== 0) {
        dump(chunk, place + 1, memory, unheld);
      }
      place += recordWords(header);
      // Whoever follows us, if we die, must not drop the same cells again.
      Atomics.store(chunk, CHUNK.READ_AT, place);
      header = chunk[place];
    }
    unit = header === RECORD.END ? chunk[CHUNK.NEXT] - 1 : -1;
  }
  Atomics.store(words, at + CHANNEL.HEAD, 0);
  releaseAll(memory, tagOfCell(cell));
}
