import { assert, assertEquals, assertFalse } from "@std/assert";
import { releaseCell } from "../../../_internal/handles/reap.ts";
import {
  allocateCell,
  arrive,
  CELL,
  cellAt,
  claim,
  enter,
  freeSlot,
  leave,
  letGo,
  markDead,
  markStopped,
  mayStillWrite,
  type Memory,
} from "../../../_internal/memory/mod.ts";
import { type Actor, BACKENDS, PROCESSES } from "./backends.ts";
import { TOLD_MS } from "../../told.ts";
import { until } from "../../until.ts";

const ROLES = new URL("./roles.ts", import.meta.url).href;
const LOCK = 1;

interface Report {
  readonly abandoned: boolean;
  readonly ms: number;
}

function withCell(
  memory: Memory,
  use: (cell: number, word: number) => void | Promise<void>,
): () => Promise<void> {
  return async () => {
    const cell = allocateCell(memory, LOCK);
    try {
      await use(cell, cellAt(cell) + CELL.BODY);
    } finally {
      if (letGo(memory, cell, memory.self)) releaseCell(memory, cell);
    }
  };
}

for (const { name, memory, start, test } of BACKENDS) {
  test(
    `enter() in ${name} finds a mutex free after leave()`,
    withCell(memory, (_, word) => {
      for (let time = 0; time < 3; time++) {
        assertEquals(enter(memory, word), false);
        leave(memory, word);
      }
      assertEquals(memory.words[word], 0);
    }),
  );

  test(
    `enter() in ${name} lets one in at a time`,
    withCell(memory, async (cell, word) => {
      const times = 30_000;
      const actors = [1, 2].map(() => start(ROLES, "count", cell, times));
      await Promise.all(actors.map((actor) => actor.next()));
      await Promise.all(actors.map((actor) => actor.ended));
      assertEquals(memory.words[word + 1], times * 2);
      assertEquals(memory.words[word], 0);
    }),
  );

  test(
    `enter() in ${name} says that the last owner died, also if its heir dies before it has repaired`,
    withCell(memory, (_, word) => {
      for (let death = 0; death < 3; death++) {
        const id = claim(memory, memory.self);
        arrive(memory, id);
        memory.words[word] = id;
        markDead(memory, id);
        freeSlot(memory, id);
      }
      assertEquals(enter(memory, word), true);
      leave(memory, word);
      assertEquals(enter(memory, word), false);
      leave(memory, word);
    }),
  );

  test(
    `leave() in ${name} lets nobody in where another has taken over`,
    withCell(memory, (_, word) => {
      const heir = claim(memory, memory.self);
      memory.words[word] = heir;
      leave(memory, word);
      assertEquals(memory.words[word], heir);
      memory.words[word] = 0;
      markDead(memory, heir);
      freeSlot(memory, heir);
    }),
  );

  test(
    `enter() in ${name} waits for a thread that was terminated inside, as it may go on`,
    withCell(memory, (_, word) => {
      const id = claim(memory, memory.self);
      arrive(memory, id);
      memory.words[word] = id;
      markStopped(memory, id);
      assert(mayStillWrite(memory, id));
      assertEquals(enter(memory, word), true);
      assertFalse(mayStillWrite(memory, id));
      leave(memory, word);
      freeSlot(memory, id);
    }),
  );
}

PROCESSES.test(
  "enter() takes over from a process that was killed inside",
  withCell(PROCESSES.memory, async (cell, word) => {
    const { memory, start } = PROCESSES;
    await using owner = start(ROLES, "occupy", cell);
    assertEquals(await owner.next(), "inside");
    // Nobody reaps it: the waiters find out by themselves.
    owner.reaps = false;
    const visitors: Actor[] = [];
    for (let count = 0; count < 3; count++) {
      const visitor = start(ROLES, "visit", cell);
      visitors.push(visitor);
      assertEquals(await visitor.next(), "coming");
    }
    const killed = performance.now();
    owner.kill();
    const reports = await Promise.all(visitors.map((each) => each.next()));
    assert(performance.now() - killed < TOLD_MS);
    assertEquals(
      (reports as Report[]).filter(({ abandoned }) => abandoned).length,
      1,
    );
    await Promise.all(visitors.map((each) => each.ended));
    assertEquals(memory.words[word], 0);
    owner.reaps = true;
    await owner.ended;
  }),
);

PROCESSES.test(
  "enter() waits for an owner that has been stopped, as it may go on",
  withCell(PROCESSES.memory, async (cell, word) => {
    const { memory, start } = PROCESSES;
    await using owner = start(ROLES, "occupy", cell);
    assertEquals(await owner.next(), "inside");
    Deno.kill(owner.pid, "SIGSTOP");
    await using visitor = start(ROLES, "visit", cell);
    assertEquals(await visitor.next(), "coming");
    // Whoever goes to sleep leaves a mark, which is the sign.
    await until(() => memory.words[word] < 0, "the visitor waits");
    const early = await Promise.race([
      visitor.next(),
      new Promise((resolve) => setTimeout(() => resolve("waits"), 300)),
    ]);
    assertEquals(early, "waits");
    owner.kill();
    await visitor.ended;
  }),
);
