import { assert, assertEquals } from "@std/assert";
import {
  Channel,
  emptyChannel,
  Parcel,
} from "../../../_internal/channel/mod.ts";
import {
  allocateCell,
  freeCell,
  letGo,
  PARK,
  PARTICIPANT,
  participantAt,
  slotOf,
  unitsInUse,
} from "../../../_internal/memory/mod.ts";
import {
  NOT_YET,
  parkingOf,
  Patience,
} from "../../../_internal/parking/mod.ts";
import { TOLD_MS } from "../../told.ts";
import { until } from "../../until.ts";
import { type Actor, PROCESSES, usageOf } from "../memory/backends.ts";
import { filled } from "./roles.ts";

const ROLES = new URL("./roles.ts", import.meta.url).href;
const QUEUE = 2;
const PROCEED = () => {};
const { memory, start } = PROCESSES;

function test(
  name: string,
  use: (channel: Channel, cell: number) => Promise<void>,
): void {
  PROCESSES.test(
    name,
    async () => {
      const before = usageOf(memory);
      const cell = allocateCell(memory, QUEUE);
      const channel = new Channel(parkingOf(memory), cell);
      await use(channel, cell);
      assertEquals(channel.size, 0);
      const after = usageOf(memory);
      assertEquals(after, {
        cells: before.cells + 1,
        participants: before.participants,
        units: before.units +
          (channel.hasMessage() ? 0 : after.units - before.units),
      });
      assert(after.units - before.units <= 1, "a block is left");
      assert(letGo(memory, cell, memory.self));
      freeCell(memory, cell, (each) => emptyChannel(memory, each, PROCEED));
      assertEquals(usageOf(memory), before);
    },
    { sanitizeOps: false, sanitizeResources: false },
  );
}

function put(channel: Channel, value: number, byteLength: number): void {
  assert(
    channel.tryPut(new Parcel(filled(value, byteLength), true, []), PROCEED),
  );
}

async function take(channel: Channel): Promise<number> {
  const { parking, getters } = channel;
  if (!channel.tryTake()) {
    await parking.wait(
      getters,
      () => channel.tryTake() || NOT_YET,
      new Patience(),
      "take",
      {
        timeout: 5_000,
      },
    );
  }
  const value = channel.taken[0];
  assert(channel.taken.every((byte) => byte === value), "a message is torn");
  channel.discardTaken();
  return value;
}

async function within(ms: number, act: () => Promise<void>): Promise<void> {
  const started = performance.now();
  await act();
  const took = performance.now() - started;
  assert(took < ms, `took ${took} ms`);
}

async function parked(actor: Actor): Promise<void> {
  const park = participantAt(slotOf(actor.id)) + PARTICIPANT.PARK;
  await until(
    () => Atomics.load(memory.words, park) !== PARK.AWAKE,
    "it is parked",
  );
}

for (const round of [1, 2, 3]) {
  test(
    `Channel loses the 50 MB of a writer that is killed half-way, round ${round}`,
    async (channel, cell) => {
      put(channel, 1, 100);
      const before = unitsInUse(memory);
      await using writer = start(ROLES, "stopPutting", cell, 50_000_000);
      assertEquals(await writer.next(), "half");
      assertEquals(unitsInUse(memory), before + 1024);
      // It is not inside anything: others go on.
      put(channel, 2, 100);
      writer.kill();
      await writer.ended;
      assertEquals(unitsInUse(memory), before);
      assertEquals([await take(channel), await take(channel)], [1, 2]);
      assertEquals(channel.hasMessage(), false);
    },
  );

  for (const reaps of [true, false]) {
    const notice = reaps ? "which its parent notices" : "which nobody notices";
    test(
      `Channel goes on after a writer is killed inside the put mutex, ${notice}, round ${round}`,
      async (channel, cell) => {
        put(channel, 1, 100);
        await using writer = start(ROLES, "stopPutting", cell, 10_000);
        assertEquals(await writer.next(), "half");
        if (round === 2) Deno.kill(writer.pid, "SIGSTOP");
        assertEquals(channel.hasMessage(), true);
        assertEquals(await take(channel), 1);
        assertEquals(channel.hasMessage(), false);
        writer.reaps = reaps;
        writer.kill();
        await within(TOLD_MS, async () => {
          put(channel, 2, 20_000);
          put(channel, 3, 200);
          assertEquals([await take(channel), await take(channel)], [2, 3]);
        });
        writer.reaps = true;
        await writer.ended;
        await clearUp(writer);
      },
    );

    test(
      `Channel goes on after a reader is killed inside the get mutex, ${notice}, round ${round}`,
      async (channel, cell) => {
        for (const value of [1, 2, 3]) put(channel, value, value * 10_000);
        await using reader = start(ROLES, "stopTaking", cell);
        assertEquals(await reader.next(), "half");
        if (round === 2) Deno.kill(reader.pid, "SIGSTOP");
        put(channel, 4, 10);
        reader.reaps = reaps;
        reader.kill();
        await within(TOLD_MS, async () => {
          for (const value of [1, 2, 3, 4]) {
            assertEquals(await take(channel), value);
          }
        });
        await reader.ended;
        await clearUp(reader);
      },
    );
  }

  test(
    `Channel loses what a killed reader had taken, and no more, round ${round}`,
    async (channel, cell) => {
      for (const value of [1, 2]) put(channel, value, 100_000);
      await using reader = start(ROLES, "stopWithTaken", cell);
      assertEquals(await reader.next(), "half");
      reader.kill();
      await reader.ended;
      assertEquals(await take(channel), 2);
    },
  );
}

for (const how of ["sync", "async"] as const) {
  test(
    `Channel goes on after readers are killed while parked, ${how}`,
    async (channel, cell) => {
      for (let round = 0; round < 5; round++) {
        const readers: Actor[] = [];
        for (let count = 0; count < 3; count++) {
          const reader = start(ROLES, "get", cell, 1, how);
          assertEquals(await reader.next(), "ready");
          await parked(reader);
          readers.push(reader);
        }
        const [survivor, ...victims] = readers;
        for (const victim of victims) victim.kill();
        await within(TOLD_MS, async () => {
          put(channel, round, 30_000);
          // It may have been the dead ones' turn.
          assertEquals(await survivor.next(), [round, 30_000]);
        });
        await Promise.all(readers.map((reader) => reader.ended));
      }
    },
  );

  test(
    `Channel goes on after writers are killed while they wait for room, ${how}`,
    async (channel, cell) => {
      channel.limit(1, 0);
      for (let round = 0; round < 5; round++) {
        put(channel, 77, 10);
        const writers: Actor[] = [];
        for (let count = 0; count < 3; count++) {
          const writer = start(ROLES, "put", cell, 1, 30_000, how);
          assertEquals(await writer.next(), "ready");
          await parked(writer);
          writers.push(writer);
        }
        const [survivor, ...victims] = writers;
        for (const victim of victims) victim.kill();
        await within(TOLD_MS, async () => {
          assertEquals(await take(channel), 77);
          assertEquals(await take(channel), 0);
          assertEquals(await survivor.next(), "done");
        });
        await Promise.all(writers.map((writer) => writer.ended));
        assertEquals(channel.tryTake(), false);
      }
    },
  );
}

/** Reaps one whose end nobody was to notice. */
async function clearUp(actor: Actor): Promise<void> {
  const { reap } = await import("../../../_internal/handles/reap.ts");
  reap(memory, actor.id);
}
