import {
  CELL,
  cellAt,
  drop,
  type Memory,
  openedMemory,
  processMemory,
  receive,
  send,
  threadMemory,
} from "../memory/mod.ts";
import { MAX_CARGO } from "./layout.ts";

/** A shared object inside a message. */
export interface Cargo {
  readonly memory: Memory;
  readonly cell: number;
  /** Called once the message is on its way. */
  sent(): void;
}

const IN_PROCESS_MEMORY = 1 << 30;

/**
 * Checks that a message can carry so many shared objects.
 *
 * @throws {RangeError} if it cannot
 */
export function checkCargo(count: number): void {
  if (count <= MAX_CARGO) return;
  throw new RangeError(
    `Cannot send: the message carries ${count} shared objects, of ${MAX_CARGO} at most`,
  );
}

/** Words that stand for the cargo at the start of a payload. */
export function cargoWords(cargo: readonly Cargo[]): number {
  return 1 + cargo.length * 2;
}

/** Writes which cells a message carries. */
export function writeCargo(
  words: Int32Array,
  at: number,
  cargo: readonly Cargo[],
): void {
  words[at++] = cargo.length;
  for (const { memory, cell } of cargo) {
    const mark = memory.reach === "process" ? IN_PROCESS_MEMORY : 0;
    words[at++] = cell | mark;
    words[at++] = memory.words[cellAt(cell) + CELL.GENERATION];
  }
}

/**
 * Counts the cargo as being on its way. Comes after the commit: a sender that
 * dies between the two makes an object end too early, which those who wait for
 * it are told, and not never.
 */
export function dispatch(cargo: readonly Cargo[]): void {
  for (const each of cargo) {
    send(each.memory, each.cell);
    each.sent();
  }
}

/**
 * Takes hold of the cells that a message carries, before it is taken.
 *
 * @param own the memory that the message is in
 * @returns the cells
 */
export function unload(words: Int32Array, at: number, own: Memory): number[] {
  const cells: number[] = [];
  forEachCell(words, at, own, (memory, cell) => {
    receive(memory, cell);
    cells.push(cell);
  });
  return cells;
}

/** Lets go of the cells of a message that nobody will receive. */
export function dump(
  words: Int32Array,
  at: number,
  own: Memory,
  unheld: (memory: Memory, cell: number) => void,
): void {
  forEachCell(words, at, own, (memory, cell) => {
    if (drop(memory, cell)) unheld(memory, cell);
  });
}

function forEachCell(
  words: Int32Array,
  at: number,
  own: Memory,
  visit: (memory: Memory, cell: number) => void,
): void {
  const count = words[at];
  for (let index = 0; index < count; index++) {
    const entry = words[at + 1 + index * 2];
    const generation = words[at + 2 + index * 2];
    const reach = (entry & IN_PROCESS_MEMORY) !== 0 ? "process" : "thread";
    const memory = own.reach === reach ? own : openedMemory(reach) ??
      (reach === "process" ? processMemory() : threadMemory());
    const cell = entry & ~IN_PROCESS_MEMORY;
    if (
      Atomics.load(memory.words, cellAt(cell) + CELL.GENERATION) === generation
    ) visit(memory, cell);
  }
}
