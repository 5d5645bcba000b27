import { assert, assertEquals } from "@std/assert";
import {
  Channel,
  type Contents,
  emptyChannel,
  Parcel,
} from "../../../_internal/channel/mod.ts";
import { reap, releaseCell } from "../../../_internal/handles/reap.ts";
import {
  allocate,
  allocateCell,
  BLOCK_SIZES,
  BLOCK_TABLE,
  freeCell,
  HEADER,
  hold,
  letGo,
  pair,
  releaseBlock,
  threadMemory,
} from "../../../_internal/memory/mod.ts";
import { Parking, parkingOf } from "../../../_internal/parking/mod.ts";
import { usageOf } from "../memory/backends.ts";
import { dies, Mortal, testAlone } from "../memory/crash.ts";

const memory = threadMemory();
const QUEUE = 2;
const PROCEED = () => {};

function numbered(number: number, byteLength: number): Parcel {
  const contents: Contents = {
    byteLength,
    writeTo(target, at = 0) {
      target.fill(number, at, at + byteLength);
    },
    snapshot: () => contents,
  };
  return new Parcel(contents, true, []);
}

function put(channel: Channel, number: number, byteLength: number): void {
  assert(channel.tryPut(numbered(number, byteLength), PROCEED));
}

/** Takes everything, and checks that each message is whole. */
function drain(channel: Channel): number[] {
  const numbers: number[] = [];
  while (channel.tryTake()) {
    const { taken } = channel;
    const number = taken[0];
    assert(taken.every((byte) => byte === number), "a message is torn");
    numbers.push(number);
  }
  channel.discardTaken();
  return numbers;
}

interface Scene {
  readonly name: string;
  /** Sizes of the messages that are there; numbered from 1. */
  readonly before: readonly number[];
  /** How many of them are taken first. */
  readonly taken?: number;
  /** Size of the message that is put, if one is. */
  readonly putting?: number;
  /** Most messages, and most bytes, that may wait. */
  readonly limit?: readonly [maxCount: number, maxBytes: number];
  /** What is done otherwise. */
  readonly act?: (channel: Channel) => void;
}

const NO_LIMIT = [0, 0] as const;
/** The number of a message by one who puts it to repair what it can. */
const REPAIRER = 98;
const SMALL = 100;
const LARGE = 20_000;
const WIDE = 16_000;
// Four wide records fill a chunk but for some 1,500 bytes.
const FULL = [WIDE, WIDE, WIDE, WIDE];
const take = (channel: Channel) => {
  channel.tryTake();
};
const SCENES: Scene[] = [
  { name: "putting the first message", before: [], putting: SMALL },
  { name: "putting a message", before: [SMALL], putting: SMALL },
  { name: "putting a first large message", before: [], putting: LARGE },
  { name: "putting a large message", before: [SMALL], putting: LARGE },
  { name: "beginning a chunk", before: FULL, putting: WIDE },
  {
    name: "beginning a chunk, all read",
    before: FULL,
    taken: 4,
    putting: WIDE,
  },
  {
    name: "beginning a chunk with a block",
    before: [...FULL, 1_200],
    putting: LARGE,
  },
  { name: "taking a message", before: [SMALL, SMALL], act: take },
  { name: "taking the last message", before: [SMALL], act: take },
  { name: "taking a large message", before: [LARGE, LARGE], act: take },
  {
    name: "discarding a large message",
    before: [LARGE, LARGE],
    act: (channel) => {
      channel.tryTake();
      channel.discardTaken();
    },
  },
  {
    name: "taking the only message that may wait",
    before: [SMALL],
    limit: [1, 0],
    act: take,
  },
  {
    name: "taking a large message, the only one that may wait",
    before: [LARGE],
    limit: [0, LARGE],
    act: take,
  },
  {
    name: "leaving a chunk",
    before: [...FULL, WIDE, SMALL],
    taken: 4,
    act: take,
  },
];

/** Dies at every change in turn, and hands over to `survive`. */
function eachDeath(
  scene: Scene,
  survive: (cell: number) => void,
): number {
  let changes = 0;
  for (let cut = true; cut; changes++) {
    const before = usageOf(memory);
    const cell = allocateCell(memory, QUEUE);
    const channel = new Channel(parkingOf(memory), cell);
    channel.limit(...scene.limit ?? NO_LIMIT);
    scene.before.forEach((size, index) => put(channel, index + 1, size));
    for (let taken = 0; taken < (scene.taken ?? 0); taken++) channel.tryTake();
    channel.discardTaken();
    const mortal = new Mortal(memory);
    const theirs = new Channel(new Parking(mortal), cell);
    cut = dies(changes, () => {
      if (scene.putting !== undefined) put(theirs, 99, scene.putting);
      scene.act?.(theirs);
    });
    reap(memory, mortal.self);
    survive(cell);

    // Once more round the chunks, so that whatever was freed twice is met.
    const expected: number[] = [];
    const left = drain(channel).filter((number) => number !== REPAIRER);
    if (scene.limit !== undefined) {
      // There is room again.
      put(channel, 100, SMALL);
      assertEquals(drain(channel), [100]);
      channel.limit(...NO_LIMIT);
    }
    for (let round = 0; round < 12; round++) {
      put(channel, 100 + round, round % 3 === 0 ? LARGE : WIDE);
      expected.push(100 + round);
    }
    assertEquals(drain(channel), expected);
    const range = scene.before.map((_, index) => index + 1)
      .slice(scene.taken ?? 0);
    const where = `${scene.name}, change ${changes}`;
    if (scene.putting === undefined) {
      // One that a dead reader had taken may be lost.
      assert(
        left.length >= range.length - 1 && left.length <= range.length,
        `${where}: left ${left}`,
      );
      assertEquals(left, range.slice(range.length - left.length), where);
    } else {
      const put = left.at(-1) === 99;
      assertEquals(left, put ? [...range, 99] : range, where);
      if (!cut) assert(put, where);
    }
    assertEquals(channel.size, 0, where);
    const now = usageOf(memory);
    assertEquals(
      now,
      { ...before, cells: before.cells + 1, units: before.units + 1 },
      where,
    );
    assert(letGo(memory, cell, memory.self));
    freeCell(memory, cell, (each) => emptyChannel(memory, each, PROCEED));
    assertEquals(usageOf(memory), before, where);
  }
  return changes;
}

for (const scene of SCENES) {
  testAlone(`Channel loses nothing when somebody dies ${scene.name}`, () => {
    assert(eachDeath(scene, PROCEED) > 5);
  });

  testAlone(
    `Channel is repaired although the repairer dies, too: ${scene.name}`,
    () => {
      for (let changes = 0, cut = true; cut && changes < 60; changes++) {
        cut = false;
        eachDeath(scene, (cell) => {
          // This one repairs, as it does the same, and dies of it.
          const mortal = new Mortal(memory);
          const theirs = new Channel(new Parking(mortal), cell);
          const refuse = () => {
            throw new RangeError("repaired");
          };
          const died = dies(changes, () => {
            try {
              if (scene.limit !== undefined) {
                theirs.tryPut(numbered(REPAIRER, 1), PROCEED);
              } else if (scene.putting === undefined) theirs.tryTake(refuse);
              else theirs.tryPut(numbered(REPAIRER, 1), refuse);
            } catch (error) {
              if (!(error instanceof RangeError)) throw error;
            }
          });
          cut ||= died;
          reap(memory, mortal.self);
        });
      }
    },
  );
}

testAlone(
  "freeCell() is followed by the reaper when somebody dies in it",
  () => {
    for (let changes = 0, cut = true; cut; changes++) {
      const before = usageOf(memory);
      const mortal = new Mortal(memory);
      const cell = allocateCell(memory, QUEUE);
      const other = allocateCell(memory, QUEUE);
      const channel = new Channel(parkingOf(memory), cell);
      const sent = { memory, cell: other, sent: PROCEED };
      for (let index = 0; index < 5; index++) {
        const byteLength = index % 2 === 0 ? LARGE : WIDE;
        const contents: Contents = {
          byteLength,
          writeTo: PROCEED,
          snapshot: () => contents,
        };
        assert(channel.tryPut(new Parcel(contents, true, [sent]), PROCEED));
      }
      letGo(memory, other, memory.self);
      hold(memory, cell, mortal.self);
      letGo(memory, cell, memory.self);
      // What a message carries is found in the isolate's own memory.
      const { self } = memory;
      memory.self = mortal.self;
      cut = dies(changes, () => {
        if (letGo(mortal, cell, mortal.self)) releaseCell(mortal, cell);
      });
      memory.self = self;
      reap(memory, mortal.self);
      assertEquals(usageOf(memory), before, `change ${changes}`);
      // No cell is given out twice.
      const cells = Array.from(
        { length: 4 },
        () => allocateCell(memory, QUEUE),
      );
      assertEquals(new Set(cells).size, 4);
      for (const each of cells) {
        assert(letGo(memory, each, memory.self));
        releaseCell(memory, each);
      }
    }
  },
);

testAlone(
  "freeCell() of a pair is followed by the reaper when somebody dies in it",
  () => {
    for (const swapped of [false, true]) {
      for (let changes = 0, cut = true; cut; changes++) {
        const before = usageOf(memory);
        const mortal = new Mortal(memory);
        const first = allocateCell(memory, QUEUE);
        const second = allocateCell(memory, QUEUE);
        if (swapped) pair(memory, second, first);
        else pair(memory, first, second);
        for (const cell of [first, second]) {
          hold(memory, cell, mortal.self);
          letGo(memory, cell, memory.self);
        }
        cut = dies(changes, () => {
          for (const cell of swapped ? [second, first] : [first, second]) {
            if (letGo(mortal, cell, mortal.self)) releaseCell(mortal, cell);
          }
        });
        reap(memory, mortal.self);
        assertEquals(usageOf(memory), before, `change ${changes}`);
      }
    }
  },
);

/** Checks that no two blocks overlap, free ones included. */
function checkBlocks(where: string): void {
  const { words } = memory;
  const owners = new Map<number, string>();
  const claim = (unit: number, size: number, owner: string) => {
    assertEquals(unit % (1 << size), 0, where);
    assert(unit + (1 << size) <= words[HEADER.UNIT_TOP], where);
    for (let each = unit; each < unit + (1 << size); each++) {
      assertEquals(owners.get(each), undefined, `${where}: ${owner}`);
      owners.set(each, owner);
    }
  };
  for (let size = 0; size < BLOCK_SIZES; size++) {
    let unit = words[HEADER.BLOCK_FREE + size] - 1;
    while (unit >= 0) {
      claim(unit, size, `free, of size ${size}`);
      unit = words[BLOCK_TABLE + unit * 2 + 1] - 1;
    }
  }
  for (let unit = 0; unit < words[HEADER.UNIT_TOP]; unit++) {
    const tag = words[BLOCK_TABLE + unit * 2];
    const size = words[BLOCK_TABLE + unit * 2 + 1] & 31;
    if (tag !== 0) claim(unit, size, `tagged ${tag}`);
  }
}

testAlone(
  "allocate() and releaseBlock() give no block twice when somebody dies in them",
  () => {
    for (let changes = 0, cut = true; cut; changes++) {
      const before = usageOf(memory);
      const free = allocate(memory, 200_000, memory.self);
      const kept = allocate(memory, 200_000, memory.self);
      releaseBlock(memory, free, memory.self);
      const mortal = new Mortal(memory);
      cut = dies(changes, () => {
        const first = allocate(mortal, 200_000, mortal.self);
        const second = allocate(mortal, 200_000, mortal.self);
        releaseBlock(mortal, first, mortal.self);
        releaseBlock(mortal, second, mortal.self);
      });
      reap(memory, mortal.self);
      const where = `change ${changes}`;
      assertEquals(usageOf(memory).units, before.units + 4, where);
      checkBlocks(where);
      const blocks = Array.from(
        { length: 8 },
        () => allocate(memory, 200_000, memory.self),
      );
      assertEquals(new Set([...blocks, kept]).size, 9, where);
      for (const block of [...blocks, kept]) {
        releaseBlock(memory, block, memory.self);
      }
      assertEquals(usageOf(memory), before, where);
    }
  },
);
