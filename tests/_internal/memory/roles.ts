/**
 * What others do in the tests of memory.
 *
 * @module
 */
import {
  CELL,
  cellAt,
  enter,
  leave,
  type Memory,
} from "../../../_internal/memory/mod.ts";
import type { Report } from "./actor.ts";

/** Adds to a counter, which only a mutex keeps whole. */
export function count(
  memory: Memory,
  report: Report,
  cell: number,
  times: number,
): void {
  const { words } = memory;
  const at = cellAt(cell) + CELL.BODY;
  for (let time = 0; time < times; time++) {
    enter(memory, at);
    words[at + 1] = words[at + 1] + 1;
    leave(memory, at);
  }
  report("counted");
}

/** Enters and never leaves. */
export async function occupy(
  memory: Memory,
  report: Report,
  cell: number,
): Promise<void> {
  enter(memory, cellAt(cell) + CELL.BODY);
  report("inside");
  await new Promise((resolve) => setTimeout(resolve, 60_000));
}

/** Says how it entered, and leaves. */
export function visit(memory: Memory, report: Report, cell: number): void {
  report("coming");
  const start = performance.now();
  const abandoned = enter(memory, cellAt(cell) + CELL.BODY);
  leave(memory, cellAt(cell) + CELL.BODY);
  report({ abandoned, ms: performance.now() - start });
}

/** Only takes part. */
export async function exist(_memory: Memory, report: Report): Promise<void> {
  report("here");
  await new Promise((resolve) => setTimeout(resolve, 60_000));
}
