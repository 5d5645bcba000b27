import {
  assert,
  assertEquals,
  assertFalse,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import { reap, sweep } from "../../../_internal/handles/reap.ts";
import {
  arrive,
  claim,
  freeSlot,
  HEADER,
  idAt,
  isAlive,
  isCurrent,
  markDead,
  markDeadFrom,
  PARTICIPANT,
  participantAt,
  SLOT_COUNT,
  slotOf,
  STATE,
} from "../../../_internal/memory/mod.ts";
import { NOT_JOINED } from "./actor.ts";
import { BACKENDS, PROCESSES, usageOf } from "./backends.ts";

const ROLES = new URL("./roles.ts", import.meta.url).href;

for (const { name, memory, test } of BACKENDS) {
  const { words } = memory;
  const stateOf = (id: number) => participantAt(slotOf(id)) + PARTICIPANT.STATE;

  test(`claim() in ${name} gives an id that arrives, dies and is freed once`, () => {
    const before = usageOf(memory);
    const id = claim(memory, memory.self);
    assert(id > 0);
    assertEquals(idAt(memory, slotOf(id)), id);
    assert(isAlive(memory, id));
    assert(arrive(memory, id));
    assertFalse(arrive(memory, id));
    assert(isAlive(memory, id));
    assert(markDead(memory, id));
    assertFalse(markDead(memory, id));
    assertFalse(isAlive(memory, id));
    assert(isCurrent(memory, id));
    freeSlot(memory, id);
    assertFalse(isCurrent(memory, id));
    assertFalse(markDead(memory, id));
    assertEquals(usageOf(memory), before);
  });

  test(`arrive() in ${name} fails for one that has been given up`, () => {
    const id = claim(memory, memory.self);
    reap(memory, id);
    assertFalse(arrive(memory, id));
  });

  test(`markDeadFrom() in ${name} leaves one alone that has arrived since it was seen`, () => {
    const id = claim(memory, memory.self);
    assert(arrive(memory, id));
    assertFalse(markDeadFrom(memory, id, STATE.STARTING));
    assert(isAlive(memory, id));
    assert(markDeadFrom(memory, id, STATE.ALIVE));
    assertFalse(isAlive(memory, id));
    freeSlot(memory, id);
  });

  test(`claim() in ${name} repeats no id and does not reuse a slot soon`, () => {
    const ids = new Set<number>();
    let last = -1;
    for (let time = 0; time < 5_000; time++) {
      const id = claim(memory, memory.self);
      assertFalse(ids.has(id));
      assertNotEquals(slotOf(id), last);
      ids.add(id);
      last = slotOf(id);
      markDead(memory, id);
      freeSlot(memory, id);
    }
  });

  test(`claim() in ${name} goes on after the last generation`, () => {
    const id = claim(memory, memory.self);
    const at = participantAt(slotOf(id)) + PARTICIPANT.GENERATION;
    const generation = words[at];
    words[at] = (1 << 21) - 1;
    const oldest = idAt(memory, slotOf(id));
    assert(oldest > 0);
    markDead(memory, oldest);
    freeSlot(memory, oldest);
    assertEquals(words[at], 1);
    words[at] = generation + 1;
  });

  test(`claim() in ${name} says that as many run as can`, () => {
    const before = usageOf(memory);
    const ids: number[] = [];
    assertThrows(
      () => {
        for (;;) ids.push(claim(memory, memory.self));
      },
      RangeError,
      "Cannot start: 1024 processes and threads already run in this program",
    );
    assertEquals(ids.length, SLOT_COUNT - before.participants);
    assertEquals(new Set(ids.map(slotOf)).size, ids.length);
    for (const id of ids) reap(memory, id);
    assertEquals(usageOf(memory), before);
  });

  test(`sweep() in ${name} leaves alone what is being claimed, unless the starter is dead`, () => {
    const before = usageOf(memory);
    const dead = claim(memory, memory.self);
    const slot = slotOf(claim(memory, dead));
    const id = idAt(memory, slot);
    markDead(memory, dead);
    // A slot that was the dead one's child's, claimed by us this very moment.
    words[stateOf(id)] = -memory.self;
    sweep(memory);
    assertEquals(words[stateOf(id)], -memory.self);
    // The starter dies while it claims.
    words[stateOf(id)] = -dead;
    sweep(memory);
    assertNotEquals(words[stateOf(id)], -dead);
    assertFalse(isAlive(memory, id));
    // In thread memory a starter frees the slots of its threads itself.
    reap(memory, id);
    assertEquals(words[stateOf(id)], STATE.FREE);
    reap(memory, dead);
    assertEquals(usageOf(memory), before);
  });
}

PROCESSES.test("ProcessMemory.probe() knows when a process has ended, though nobody has reaped it", async () => {
  const { memory, start } = PROCESSES;
  const before = usageOf(memory);
  await using child = start(ROLES, "exist");
  assertEquals(await child.next(), "here");
  child.reaps = false;
  assert(memory.probe(slotOf(child.id)));
  Deno.kill(child.pid, "SIGSTOP");
  assert(memory.probe(slotOf(child.id)));
  child.kill();
  await child.ended;
  assertFalse(memory.probe(slotOf(child.id)));
  assert(isAlive(memory, child.id));
  sweep(memory);
  assertFalse(isAlive(memory, child.id));
  assertEquals(usageOf(memory), before);
});

PROCESSES.test("ProcessMemory.probe() takes a thread for dead whose process's slot another process has", async () => {
  const { memory, start } = PROCESSES;
  await using child = start(ROLES, "exist");
  assertEquals(await child.next(), "here");
  const thread = claim(memory, memory.self);
  const entry = participantAt(slotOf(thread));
  memory.words[entry + PARTICIPANT.PROCESS] = child.id;
  arrive(memory, thread);
  assert(memory.probe(slotOf(thread)));
  // The thread's process had that slot before the child got it.
  memory.words[entry + PARTICIPANT.PROCESS] = child.id + SLOT_COUNT;
  assertFalse(memory.probe(slotOf(thread)));
  reap(memory, thread);
});

PROCESSES.test("joinProcessMemory() gives up where the child has been given up, and touches nothing", async () => {
  const { memory, start } = PROCESSES;
  const before = usageOf(memory);
  await using child = start(ROLES, "exist");
  reap(memory, child.id);
  const slot = slotOf(child.id);
  await child.ended;
  assertEquals(
    memory.words[participantAt(slot) + PARTICIPANT.PID],
    Deno.pid,
  );
  assertEquals(usageOf(memory), before);
});

PROCESSES.test("joinProcessMemory() gives up where Ctrl-C ends the program meanwhile", async () => {
  const { memory, start } = PROCESSES;
  const before = usageOf(memory);
  Atomics.store(memory.words, HEADER.ENDING, 1);
  try {
    await using child = start(ROLES, "exist");
    const said = await Promise.race([child.next(), child.ended]);
    assertEquals(said, NOT_JOINED);
  } finally {
    Atomics.store(memory.words, HEADER.ENDING, 0);
  }
  assertEquals(usageOf(memory), before);
});
