// Names that processes give and take while they are killed. STRESS_SECONDS says how long.

import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import {
  cellsInUse,
  processMemory,
  unitsInUse,
} from "../../_internal/memory/mod.ts";
import type { Process } from "../../process/mod.ts";
import { Queue } from "../../queue/mod.ts";
import { type ShareableList, SharedMemory } from "../../sync/mod.ts";
import {
  goesOn,
  killBusy,
  pause,
  random,
  STRESS_SECONDS,
} from "../fixtures/messages/stress.ts";
import {
  nameForever,
  NAMES,
  startProcess,
  takeTurn,
} from "../fixtures/values/stress.ts";
import { collectGarbage } from "../handles/collect_garbage.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { sharedTest } from "../shared_memory.ts";

leaveNothing();

const { AlreadyExists, NotFound } = Deno.errors;

sharedTest(
  "bytes",
  "SharedMemory names stay usable, and nothing is left, whoever is killed",
  async () => {
    const memory = processMemory();
    const said = new Queue<unknown>();
    said.putSync(0);
    await collectGarbage();
    const before = { cells: cellsInUse(memory), units: unitsInUse(memory) };
    const children: Process[] = [];
    const problems: unknown[] = [];
    let rounds = 0;
    const listen = async () => {
      for await (const word of said) {
        if (typeof word === "number") rounds += word;
        else problems.push(word);
      }
    };
    const listening = listen();
    const held: (SharedMemory | ShareableList<unknown>)[] = [];
    const end = performance.now() + STRESS_SECONDS * 1000 * 0.8;
    let killed = 0;
    let slowest = 0;
    while (goesOn(end, rounds > 50 * STRESS_SECONDS)) {
      while (children.length < 4) {
        children.push(
          startProcess(nameForever, said),
        );
      }
      await pause(80);
      const [victim] = children.splice(random(children.length), 1);
      const ended = killBusy(victim);
      killed++;
      const start = performance.now();
      for (let n = 0; n < 5; n++) {
        try {
          const problem = takeTurn(held);
          if (problem !== undefined) problems.push(problem);
        } catch (error) {
          if (!(error instanceof AlreadyExists || error instanceof NotFound)) {
            throw error;
          }
        }
      }
      slowest = Math.max(slowest, performance.now() - start);
      for (const each of held.splice(0)) each.close();
      await ended;
    }
    await Promise.all(children.map(killBusy));
    for (const name of NAMES) {
      try {
        using memory = SharedMemory.open(name);
        memory.unlink();
      } catch (error) {
        if (!(error instanceof NotFound)) throw error;
      }
    }
    said.close();
    await listening;
    const after = { cells: cellsInUse(memory), units: unitsInUse(memory) };
    assertEquals(problems, []);
    console.log(
      `${rounds} rounds, ${killed} killed, slowest ${Math.round(slowest)} ms`,
    );
    assertEquals(after.cells, before.cells);
    // Who is killed may have begun a second chunk of the queue.
    assertLessOrEqual(after.units, before.units + 1);
    assert(rounds > 50 * STRESS_SECONDS, `${rounds} rounds`);
    assert(slowest < 2_000, `${slowest} ms`);
  },
);
