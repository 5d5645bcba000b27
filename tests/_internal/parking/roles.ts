/**
 * What others do in the tests of parking.
 *
 * @module
 */
import { CELL, cellAt, type Memory } from "../../../_internal/memory/mod.ts";
import {
  NOT_YET,
  parkingOf,
  Patience,
  WAIT_LIST_WORDS,
} from "../../../_internal/parking/mod.ts";
import { readSystemFile } from "../../system_files.ts";
import type { Report } from "../memory/actor.ts";

/** Word of a cell's body that counts what there is to take; its wait list follows. */
export const STOCK = CELL.BODY;
export const TAKERS = CELL.BODY + 1;
/** A second wait list in the cell. */
export const OTHERS = TAKERS + WAIT_LIST_WORDS;

/** Takes one of what there is, as an attempt. */
export function takeOne(memory: Memory, cell: number): () => number | symbol {
  const at = cellAt(cell) + STOCK;
  const { words } = memory;
  return () => {
    for (;;) {
      const stock = Atomics.load(words, at);
      if (stock === 0) return NOT_YET;
      if (Atomics.compareExchange(words, at, stock, stock - 1) === stock) {
        return stock;
      }
    }
  };
}

/** Puts some, and wakes as many. */
export function stockUp(memory: Memory, cell: number, count: number): void {
  for (let put = 0; put < count; put++) {
    Atomics.add(memory.words, cellAt(cell) + STOCK, 1);
    parkingOf(memory).wakeOne(cellAt(cell) + TAKERS);
  }
}

function impatience(): Patience {
  const patience = new Patience();
  for (let wait = 0; wait < 20; wait++) patience.learn(1_000);
  return patience;
}

/** Takes as many as told, one after another. */
export async function take(
  memory: Memory,
  report: Report,
  cell: number,
  times: number,
  how: "sync" | "async",
): Promise<void> {
  const parking = parkingOf(memory);
  const patience = impatience();
  const attempt = takeOne(memory, cell);
  const list = cellAt(cell) + TAKERS;
  report("ready");
  for (let time = 0; time < times; time++) {
    if (how === "sync") {
      parking.waitSync(list, attempt, patience, "take");
    } else {
      await parking.wait(list, attempt, patience, "take");
    }
    report("took");
  }
}

function threadCount(): number {
  const status = readSystemFile(`/proc/${Deno.pid}/status`);
  return Number(/Threads:\s+(\d+)/.exec(status)![1]);
}

/** Waits on the list of each of many cells at once. */
export async function takeFromMany(
  memory: Memory,
  report: Report,
  first: number,
  count: number,
): Promise<void> {
  const parking = parkingOf(memory);
  const patience = impatience();
  const before = threadCount();
  const waits: Promise<unknown>[] = [];
  for (let cell = first; cell < first + count; cell++) {
    waits.push(
      parking.wait(
        cellAt(cell) + TAKERS,
        takeOne(memory, cell),
        patience,
        "take",
      ),
    );
  }
  await new Promise((resolve) => setTimeout(resolve, 0));
  report(threadCount() - before);
  await Promise.all(waits);
  report("settled");
}

/** Waits once, then has nothing more to do. */
export async function takeAndEnd(
  memory: Memory,
  report: Report,
  cell: number,
): Promise<void> {
  const list = cellAt(cell) + TAKERS;
  const attempt = takeOne(memory, cell);
  const parking = parkingOf(memory);
  const wait = parking.wait(list, attempt, impatience(), "take");
  report("waiting");
  await wait;
  report("took");
}

/** Gives up a wait, then has nothing more to do. */
export async function giveUpAndEnd(
  memory: Memory,
  report: Report,
  cell: number,
): Promise<void> {
  const list = cellAt(cell) + TAKERS;
  const attempt = takeOne(memory, cell);
  const { signal, abort } = abortable();
  const wait = parkingOf(memory).wait(list, attempt, impatience(), "take", {
    signal,
  });
  report("waiting");
  setTimeout(abort, 100);
  await wait.catch(() => report("gave up"));
}

function abortable() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
