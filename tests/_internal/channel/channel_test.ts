import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import {
  type Cargo,
  CHANNEL,
  Channel,
  type Contents,
  emptyChannel,
  Parcel,
} from "../../../_internal/channel/mod.ts";
import {
  CHUNK,
  CHUNK_WORDS,
  RECORD,
} from "../../../_internal/channel/layout.ts";
import { reap } from "../../../_internal/handles/reap.ts";
import {
  allocateCell,
  arrive,
  CELL,
  cellAt,
  claim,
  freeCell,
  HEADER,
  isSealed,
  kindOf,
  letGo,
  type Memory,
  unitsInUse,
} from "../../../_internal/memory/mod.ts";
import { parkingOf } from "../../../_internal/parking/mod.ts";
import { BACKENDS } from "../memory/backends.ts";
import { filled } from "./roles.ts";
import { withChannel } from "./with_channel.ts";

const ROLES = new URL("./roles.ts", import.meta.url).href;
const QUEUE = 2;
const PROCEED = () => {};
const MAX_INLINE = 16_384;

function parcel(value: number, byteLength: number, raw = true): Parcel {
  return new Parcel(filled(value, byteLength), raw, []);
}

function put(channel: Channel, value: number, byteLength = 10): boolean {
  const given = parcel(value, byteLength);
  const done = channel.tryPut(given, PROCEED);
  if (!done) given.abandon();
  return done;
}

/** Takes a message and gives its first byte, if all are the same. */
function take(channel: Channel): number | undefined {
  if (!channel.tryTake()) return undefined;
  const { taken } = channel;
  const value = taken[0] ?? -1;
  assert(taken.every((byte) => byte === value), "a message is torn");
  return value;
}

for (const { name, memory, start, test: register } of BACKENDS) {
  const { words } = memory;
  const test = (
    title: string,
    use: (channel: Channel, cell: number) => void | Promise<void>,
  ) =>
    register(`${title}, in ${name}`, () => withChannel(memory, use), {
      sanitizeOps: false,
      sanitizeResources: false,
    });

  test("Channel is empty, open and without limits at first", (channel) => {
    assertEquals(channel.size, 0);
    assertEquals(channel.maxCount, 0);
    assertFalse(channel.hasMessage());
    assertFalse(channel.isClosed);
    assertFalse(channel.tryTake());
  });

  test("Channel gives messages in the order in which they were put", (channel) => {
    const before = unitsInUse(memory);
    for (let round = 0; round < 3; round++) {
      for (let value = 0; value < 5_000; value++) {
        assert(put(channel, value & 255, value % 300 + 1));
      }
      assertEquals(channel.size, 5_000);
      for (let value = 0; value < 5_000; value++) {
        assert(channel.hasMessage());
        assertEquals(take(channel), value & 255);
        assertEquals(channel.taken.length, value % 300 + 1);
      }
      assertEquals(channel.size, 0);
      assertFalse(channel.hasMessage());
    }
    channel.discardTaken();
    assertEquals(unitsInUse(memory), before + 1);
  });

  test("Channel carries messages of any size", (channel) => {
    const before = unitsInUse(memory);
    const sizes = [
      ...Array.from({ length: 130 }, (_, size) => size),
      ...[-2, -1, 0, 1, 2].flatMap((more) => [
        MAX_INLINE + more,
        65_536 + more,
        131_072 + more,
      ]),
      200_000,
    ];
    for (const size of sizes) {
      const bytes = new Uint8Array(size);
      for (let at = 0; at < size; at++) bytes[at] = at * 7 + size;
      const contents: Contents = {
        byteLength: size,
        writeTo: (target, at = 0) => {
          assert(target.length - at >= size);
          target.set(bytes, at);
        },
        snapshot: () => contents,
      };
      assert(channel.tryPut(new Parcel(contents, size % 2 === 0, []), PROCEED));
      assert(channel.tryTake());
      assertEquals(channel.taken.length, size);
      assert(channel.taken.every((byte, at) => byte === bytes[at]));
      assertEquals(channel.takenRaw, size % 2 === 0);
      channel.discardTaken();
      assertEquals(channel.taken.length, 0);
    }
    assertEquals(unitsInUse(memory), before + 1);
  });

  test("Channel.takeAll() takes what is there, in order, and lets go of it", (channel) => {
    const sizes = [10, MAX_INLINE + 1, 200_000, 10];
    sizes.forEach((size, value) => assert(put(channel, value, size)));
    const seen: number[][] = [];
    const look = () => {
      seen.push([channel.taken[0], channel.taken.length]);
    };
    channel.takeAll(look);
    assertEquals(seen, sizes.map((size, value) => [value, size]));
    assertEquals([channel.size, channel.taken.length], [0, 0]);
    channel.takeAll(look);
    assertEquals(seen.length, sizes.length);
  });

  test(
    "Channel.takeAll() takes all that is behind what others have taken",
    async (channel, cell) => {
      await using actor = start(ROLES, "takeMany", cell);
      assertEquals(await actor.next(), "ready");
      let byUs = 0;
      const most = 1_000;
      for (let round = 0; round < most; round++) {
        for (let value = 0; value < 20; value++) assert(put(channel, value));
        const rest: number[] = [];
        channel.takeAll(() => rest.push(channel.taken[0]));
        assertEquals(rest, Array.from(rest, (_, n) => 20 - rest.length + n));
        byUs += rest.length;
      }
      assert(put(channel, 255));
      assertEquals(await actor.next(), 20 * most - byUs);
      await actor.ended;
    },
  );

  test("Channel fills its chunks to the last word", (channel) => {
    // A chunk has 16,352 words for records and the mark that ends it.
    for (let spare = -3; spare <= 3; spare++) {
      const room = 16_384 - 32 - 1;
      const first = 4_000;
      const last = room - 3 * (first + 1) - 1 + spare;
      for (const length of [first, first, first, last, 5]) {
        put(channel, length & 255, length * 4);
      }
      for (const length of [first, first, first, last, 5]) {
        assertEquals(take(channel), length & 255);
        assertEquals(channel.taken.length, length * 4);
      }
      channel.discardTaken();
      assertFalse(channel.hasMessage());
      // The next round begins with a chunk.
      const tail = tailOf(channel);
      while (tailOf(channel) === tail) put(channel, 1, 16_000);
      while (take(channel) !== undefined);
      channel.discardTaken();
    }
  });

  test("Channel carries a message of more than 64 MiB", (channel) => {
    const size = 70 * 2 ** 20;
    assert(put(channel, 7, size));
    assert(put(channel, 8, 3));
    assert(channel.tryTake());
    const { taken } = channel;
    assertEquals(taken.length, size);
    for (let at = 0; at < size; at += 65_521) assertEquals(taken[at], 7);
    assertEquals(taken[size - 1], 7);
    assertEquals(take(channel), 8);
  });

  test("Channel refuses a message whose length does not fit a word", (channel) => {
    const contents: Contents = {
      byteLength: 2 ** 32,
      writeTo() {},
      snapshot: () => contents,
    };
    assertThrows(
      () => channel.tryPut(new Parcel(contents, true, []), PROCEED),
      RangeError,
      "Cannot send: the message has 4294967296 bytes, of 4294967295 at most",
    );
    assertFalse(channel.tryTake());
  });

  test("Channel is full at its limit of messages", (channel) => {
    channel.limit(3, 0);
    assertEquals(channel.maxCount, 3);
    for (let round = 0; round < 5; round++) {
      for (const value of [1, 2, 3]) assert(put(channel, value));
      assertFalse(put(channel, 4));
      assertFalse(put(channel, 4, 100_000));
      assertEquals(take(channel), 1);
      assert(put(channel, 5));
      assertFalse(put(channel, 6));
      assertEquals([take(channel), take(channel), take(channel)], [2, 3, 5]);
    }
  });

  test("Channel is full at its limit of bytes, but takes a longer message when it has room", (channel) => {
    channel.limit(0, 10_000);
    assert(put(channel, 1, 9_000));
    assert(put(channel, 2, 200_000));
    assertFalse(put(channel, 3, 1));
    assertEquals(take(channel), 1);
    assertFalse(put(channel, 3, 1));
    assertEquals(take(channel), 2);
    assert(put(channel, 3, 1));
    assertEquals(take(channel), 3);
    // Messages of 0 bytes take room, too.
    let count = 0;
    while (put(channel, 0, 0)) count++;
    assert(count > 10 && count < 10_000);
    while (channel.tryTake());
  });

  test(
    "Channel counts across the wrap-around of its counters",
    (channel, cell) => {
      const at = cellAt(cell);
      const start = 0x7fff_ffff - 3;
      for (
        const word of [
          "PUT_COUNT",
          "GET_COUNT",
          "PUT_LINES",
          "GET_LINES",
        ] as const
      ) {
        words[at + CHANNEL[word]] = start;
      }
      channel.limit(8, 100_000);
      for (let value = 0; value < 8; value++) assert(put(channel, value));
      assertFalse(put(channel, 9));
      assertEquals(channel.size, 8);
      for (let value = 0; value < 8; value++) {
        assertEquals(take(channel), value);
        assertEquals(channel.size, 7 - value);
      }
      assert(words[at + CHANNEL.PUT_COUNT] < 0);
    },
  );

  test("Channel.tryPut() asks whether to refuse, and leaves nothing if so", (channel) => {
    const before = unitsInUse(memory);
    for (const size of [10, 100_000]) {
      const refused = parcel(1, size);
      assertThrows(
        () =>
          channel.tryPut(refused, () => {
            throw new Error("refused");
          }),
        Error,
        "refused",
      );
      assertEquals(unitsInUse(memory), before);
    }
    assertFalse(channel.hasMessage());
    assert(put(channel, 2));
    assertEquals(take(channel), 2);
  });

  test("Channel.tryPut() leaves nothing of a message that cannot be written", (channel) => {
    put(channel, 1);
    const before = unitsInUse(memory);
    for (const size of [10, 100_000]) {
      const contents = filled(9, size, () => {
        throw new Error("unwritable");
      });
      assertThrows(
        () => channel.tryPut(new Parcel(contents, true, []), PROCEED),
        Error,
        "unwritable",
      );
      assertEquals(unitsInUse(memory), before);
    }
    assertEquals(channel.size, 1);
    put(channel, 2);
    assertEquals([take(channel), take(channel), take(channel)], [
      1,
      2,
      undefined,
    ]);
  });

  test("Channel.tryTake() leaves a message that is not accepted", (channel) => {
    for (const size of [10, 100_000]) {
      put(channel, 5, size);
      put(channel, 6, size);
      for (let time = 0; time < 3; time++) {
        assertThrows(
          () =>
            channel.tryTake((arrival) => {
              assertEquals(arrival, {
                raw: true,
                byteLength: size,
              });
              throw new RangeError("too long");
            }),
          RangeError,
          "too long",
        );
        assertEquals(channel.size, 2);
      }
      assertEquals(take(channel), 5);
      assertEquals(take(channel), 6);
      channel.discardTaken();
    }
  });

  test("Channel.close() leaves what has been put", (channel) => {
    put(channel, 1);
    channel.close();
    channel.close();
    assert(channel.isClosed);
    assertEquals(take(channel), 1);
    assertEquals(take(channel), undefined);
  });

  test(
    "Channel.hasMessage() survives whatever a chunk becomes that it looks at",
    (channel, cell) => {
      const at = cellAt(cell);
      for (let value = 0; value < 9; value++) put(channel, value, 16_000);
      const observer = new Channel(parkingOf(memory), cell);
      const { load } = Atomics;
      // Between any two of its looks, others take all, and use the chunk for else.
      for (let look = 1; look < 8; look++) {
        let looks = 0;
        const patched = ((array: Int32Array, index: number) => {
          if (++looks === look) {
            Atomics.load = load;
            while (channel.tryTake());
            put(channel, 255, 60_000);
            put(channel, 255, 60_000);
            for (let value = 0; value < 9; value++) put(channel, value, 16_000);
            Atomics.load = patched;
          }
          return load(array, index);
        }) as typeof load;
        Atomics.load = patched;
        try {
          assert(observer.hasMessage(), `look ${look}`);
        } finally {
          Atomics.load = load;
        }
      }
      assert(words[at + CHANNEL.HEAD] > 0);
      while (channel.tryTake());
      channel.discardTaken();
    },
  );

  test(
    "Channel.hasMessage() does not look where garbage points to",
    (channel, cell) => {
      for (let value = 0; value < 5; value++) put(channel, value, 16_000);
      const unit = words[cellAt(cell) + CHANNEL.HEAD] - 1;
      const head = memory.dataWords(unit, CHUNK_WORDS);
      const saved = head.slice();
      const which = cellAt(cell) + CHANNEL.HEAD;
      const { load } = Atomics;
      for (
        const [readAt, next] of [
          [-1, 0],
          [CHUNK_WORDS, 0],
          [0x7fff_ffff, 0],
          [100, 0x7fff_fff0],
          [100, 0],
          [100, -5],
        ]
      ) {
        // It was the head when we looked, is something else, and is the head again.
        head[CHUNK.READ_AT] = readAt;
        head[CHUNK.NEXT] = next;
        head[100] = RECORD.END;
        let looks = 0;
        Atomics.load = ((array: Int32Array, index: number) => {
          // It has seen the garbage when it looks once more whether that is the head.
          if (array === words && index === which && ++looks === 2) {
            head.set(saved);
          }
          return load(array, index);
        }) as typeof load;
        try {
          assert(channel.hasMessage());
        } finally {
          Atomics.load = load;
          head.set(saved);
        }
      }
      for (let value = 0; value < 5; value++) {
        assertEquals(take(channel), value);
      }
    },
  );

  test("Channel counts the cells that a message carries", (channel) => {
    const inner = allocateCell(memory, QUEUE);
    const transit = () => words[cellAt(inner) + CELL.TRANSIT];
    let sent = 0;
    const cargo: Cargo = { memory, cell: inner, sent: () => sent++ };
    for (const size of [0, 10, 100_000]) {
      const carrying = new Parcel(filled(3, size), false, [cargo, cargo]);
      assert(channel.tryPut(carrying, PROCEED));
      assertEquals(transit(), 2);
      assertThrows(
        () =>
          channel.tryTake(({ byteLength }) => {
            assertEquals(byteLength, size);
            throw new Error("not yet");
          }),
        Error,
      );
      assertEquals(transit(), 2);
      assertEquals(take(channel), size === 0 ? -1 : 3);
      assertEquals(channel.taken.length, size);
      assertEquals(transit(), 0);
    }
    assertEquals(sent, 6);
    channel.discardTaken();
    // What is left in a channel when it ends is let go.
    channel.tryPut(new Parcel(filled(3, 10), false, [cargo]), PROCEED);
    letGo(memory, inner, memory.self);
    assertFalse(isSealed(memory, inner));
    const cell = cellOf(memory, channel);
    const unheld: number[] = [];
    emptyChannel(memory, cell, (_, each) => unheld.push(each));
    assertEquals(unheld, [inner]);
    assert(isSealed(memory, inner));
    freeCell(memory, inner, PROCEED);
    assertEquals(kindOf(memory, inner), 0);
  });

  test("Channel refuses a message that carries more than a chunk can name", (channel) => {
    const inner = allocateCell(memory, QUEUE);
    const cargo: Cargo = { memory, cell: inner, sent: PROCEED };
    const many = (count: number) =>
      new Parcel(filled(1, 16_384), false, Array(count).fill(cargo));
    assert(channel.tryPut(many(6_000), PROCEED));
    put(channel, 2);
    assertThrows(
      () => channel.tryPut(many(6_001), PROCEED),
      RangeError,
      "Cannot send: the message carries 6001 shared objects, of 6000 at most",
    );
    put(channel, 3);
    assertEquals([take(channel), take(channel), take(channel)], [1, 2, 3]);
    channel.discardTaken();
    assert(letGo(memory, inner, memory.self));
    freeCell(memory, inner, PROCEED);
  });

  test(
    "Channel moves the tail on from a chunk that it frees",
    (channel, cell) => {
      const at = cellAt(cell);
      for (let value = 0; value < 5; value++) put(channel, value, 16_000);
      const first = words[at + CHANNEL.HEAD];
      const tail = words[at + CHANNEL.TAIL];
      assertFalse(first === tail);
      // The writer died between the mark that ends the chunk and the next step.
      const dead = claim(memory, memory.self);
      arrive(memory, dead);
      words[at + CHANNEL.TAIL] = first;
      words[at + CHANNEL.PUT_MUTEX] = dead;
      reap(memory, dead);
      for (let value = 0; value < 5; value++) {
        assertEquals(take(channel), value);
      }
      // The chunk is free, and somebody else writes there.
      memory.dataWords(first - 1, 16_384).fill(0x00ff_ffff);
      for (let value = 0; value < 5; value++) {
        assert(put(channel, value, 16_000));
      }
      for (let value = 0; value < 5; value++) {
        assertEquals(take(channel), value);
      }
      assertEquals(channel.size, 0);
    },
  );

  for (const how of ["sync", "async"] as const) {
    test(
      `Channel wakes one who waits for a message, ${how}`,
      async (channel, cell) => {
        await using actor = start(ROLES, "get", cell, 30, how);
        assertEquals(await actor.next(), "ready");
        for (let value = 0; value < 30; value++) {
          const size = value * 1_000;
          put(channel, value, size);
          assertEquals(await actor.next(), [size === 0 ? -1 : value, size]);
        }
        await actor.ended;
      },
    );

    test(
      `Channel wakes one who waits for room, ${how}`,
      async (channel, cell) => {
        for (const [count, bytes] of [[2, 0], [0, 50_000]]) {
          channel.limit(count, bytes);
          await using actor = start(ROLES, "put", cell, 60, 20_000, how);
          assertEquals(await actor.next(), "ready");
          for (let value = 0; value < 60; value++) {
            const started = performance.now();
            let taken = take(channel);
            while (taken === undefined && performance.now() - started < 5_000) {
              await new Promise((resolve) => setTimeout(resolve, 1));
              taken = take(channel);
            }
            assertEquals(taken, value);
          }
          assertEquals(await actor.next(), "done");
          await actor.ended;
          channel.discardTaken();
        }
      },
    );
  }
}

function cellAtOf(channel: Channel): number {
  return channel.getters - CHANNEL.GETTERS;
}

function tailOf(channel: Channel): number {
  const { words } = channel.memory;
  return words[cellAtOf(channel) + CHANNEL.TAIL];
}

function cellOf(memory: Memory, channel: Channel): number {
  for (let cell = 0; cell < memory.words[HEADER.CELL_TOP]; cell++) {
    if (cellAt(cell) === cellAtOf(channel)) return cell;
  }
  throw new Error("no such cell");
}
