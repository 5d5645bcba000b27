// Lists in shared memory: what their slots take, and how they are seen by others.

import { assert, assertEquals, assertThrows } from "@std/assert";
import { Queue } from "../../queue/mod.ts";
import { ShareableList, SharedMemory } from "../../sync/mod.ts";
import type { Process } from "../../process/mod.ts";
import {
  changeList,
  holdMemory,
  isWhole,
  setForever,
  start,
  wholeValue,
} from "../fixtures/values/children.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { sharedTest } from "../shared_memory.ts";

leaveNothing({ threads: true });

const LONG = { timeout: 20_000 };
const VALUES = [
  "howdy",
  new TextEncoder().encode("HoWdY"),
  -273.154,
  100,
  null,
  undefined,
  true,
  false,
  42n,
  NaN,
  -0,
  Infinity,
  -(2n ** 63n),
  2n ** 63n - 1n,
  "",
  new Uint8Array(),
  "ü🙂\0\0",
  "\ufeffmark",
  new Uint8Array([0, 1, 0, 0]),
  "x".repeat(100_000),
];

/** Unlinks and closes it, whatever happens. */
function owned<T>(list: ShareableList<T>): Disposable {
  return {
    [Symbol.dispose]() {
      list.sharedMemory.unlink();
      list.close();
    },
  };
}

sharedTest(
  "bytes",
  "ShareableList holds values of every kind, as they are",
  () => {
    const list = new ShareableList(VALUES);
    using _owned = owned(list);
    assertEquals(list.length, VALUES.length);
    assertEquals([...list], VALUES);
    for (const [index, value] of VALUES.entries()) {
      assertEquals(list.at(index), value);
      assertEquals(list.at(index - VALUES.length), value);
    }
    const same = new ShareableList({ name: list.sharedMemory.name });
    assertEquals([...same], VALUES);
    same.close();
  },
);

sharedTest(
  "bytes",
  "ShareableList takes any iterable, and may be empty",
  () => {
    for (
      const values of [
        "abc",
        new Set(["a", "b", "c"]),
        ["a", "b", "c"].values(),
      ]
    ) {
      const list = new ShareableList(values);
      using _owned = owned(list);
      assertEquals([...list], ["a", "b", "c"]);
    }
    const empty = new ShareableList([]);
    using _owned = owned(empty);
    assertEquals([empty.length, empty.at(0), empty.at(-1)], [
      0,
      undefined,
      undefined,
    ]);
    assertEquals([empty.count("any" as never), empty.indexOf(null as never)], [
      0,
      -1,
    ]);
    assertThrows(
      () => empty.set(0, 1 as never),
      RangeError,
      "Cannot set list[0]: it has 0 slots",
    );
  },
);

sharedTest(
  "bytes",
  "ShareableList slots take values of other kinds, and keep their room",
  () => {
    for (
      const [first, room] of [
        [1, 8],
        [null, 8],
        ["", 8],
        ["1234567", 8],
        ["12345678", 16],
        ["üüüü", 16],
        [new Uint8Array(15), 16],
        [new Uint8Array(16), 24],
      ] as const
    ) {
      const list = new ShareableList<unknown>([true, first, "after"]);
      using _owned = owned(list);
      for (const value of VALUES) {
        const length = typeof value === "string"
          ? new TextEncoder().encode(value).length
          : value instanceof Uint8Array
          ? value.length
          : 0;
        if (length > room) {
          const before = list.at(1);
          assertEquals(
            assertThrows(() => list.set(1, value), RangeError).message,
            `Cannot set list[1]: ${length} bytes do not fit into the ${room} that it has`,
          );
          assertEquals(list.at(1), before);
        } else {
          list.set(1, value);
          assertEquals(list.at(1), value);
        }
      }
      list.set(1, "x".repeat(room));
      list.set(-2, new Uint8Array(room).fill(7));
      assertEquals([...list], [true, new Uint8Array(room).fill(7), "after"]);
    }
  },
);

sharedTest("bytes", "ShareableList refuses what cannot stand in it", () => {
  const list = new ShareableList<unknown>([0, "text"]);
  using _owned = owned(list);
  for (
    const [value, text] of [
      [{}, "an object"],
      [[1], "an array"],
      [new Date(), "an object"],
      [Symbol("s"), "Symbol(s)"],
      [() => 1, "a function"],
      [new ArrayBuffer(1), "an object"],
    ] as [unknown, string][]
  ) {
    assertEquals(
      assertThrows(() => list.set(0, value), TypeError).message,
      `Cannot set list[0]: ${text} cannot stand in a list`,
    );
    assertEquals(
      assertThrows(() => new ShareableList([1, value]), TypeError).message,
      `Cannot create list[1]: ${text} cannot stand in a list`,
    );
  }
  assertThrows(
    () => list.set(0, 2n ** 63n),
    RangeError,
    "Cannot set list[0]: 9223372036854775808n does not fit into an i64",
  );
  for (const source of [5, null, undefined, true]) {
    assertThrows(
      () => new ShareableList(source as never),
      TypeError,
      `Cannot create shareable list: ${source} is neither an iterable nor the options to open one`,
    );
  }
  assertEquals([...list], [0, "text"]);
});

sharedTest("bytes", "ShareableList has no slots but its own", () => {
  const list = new ShareableList([1, 2, 3]);
  using _owned = owned(list);
  for (const index of [3, -4]) {
    assertEquals(list.at(index), undefined);
    assertThrows(
      () => list.set(index, 1),
      RangeError,
      `Cannot set list[${index}]: it has 3 slots`,
    );
  }
  for (const index of [0.5, NaN, Infinity]) {
    const problem = `index is ${index}, not a whole number`;
    assertThrows(
      () => list.at(index),
      RangeError,
      `Cannot read list: ${problem}`,
    );
    assertThrows(
      () => list.set(index, 1),
      RangeError,
      `Cannot set list: ${problem}`,
    );
  }
  assertThrows(
    () => list.at("0" as never),
    TypeError,
    "Cannot read list: index is a string, not a number",
  );
  assertEquals([...list], [1, 2, 3]);
});

sharedTest("bytes", "ShareableList finds and counts values", () => {
  const list = new ShareableList([...VALUES, "howdy", 100, NaN]);
  using _owned = owned(list);
  assertEquals(list.indexOf("howdy"), 0);
  assertEquals(list.indexOf(new TextEncoder().encode("HoWdY")), 1);
  assertEquals(list.indexOf(100), 3);
  assertEquals(list.indexOf("100"), -1);
  assertEquals(list.indexOf(undefined), 5);
  assertEquals(
    [list.count("howdy"), list.count(100), list.count(NaN), list.count(1n)],
    [2, 2, 2, 0],
  );
});

sharedTest("bytes", "ShareableList has the name that it was given", () => {
  const list = new ShareableList([1, 2], { name: "a list" });
  assertEquals(list.sharedMemory.name, "a list");
  assertThrows(
    () => new ShareableList([3], { name: "a list" }),
    Deno.errors.AlreadyExists,
    'Cannot create shareable list "a list": there is one already',
  );
  const same = new ShareableList<number>({ name: "a list" });
  same.set(0, 5);
  assertEquals([...list], [5, 2]);
  list.sharedMemory.unlink();
  assertThrows(
    () => new ShareableList({ name: "a list" }),
    Deno.errors.NotFound,
  );
  list.close();
  assertEquals([...same], [5, 2]);
  same.close();
  using memory = SharedMemory.create(100);
  assertThrows(
    () => new ShareableList({ name: memory.name }),
    Error,
    `Cannot open shareable list "${memory.name}": there is no list in it`,
  );
  memory.unlink();
});

sharedTest("bytes", "ShareableList that is closed cannot be used", () => {
  const list = new ShareableList([1, "two"]);
  const { name } = list.sharedMemory;
  const iterator = list[Symbol.iterator]();
  iterator.next();
  list.close();
  list.close();
  for (
    const use of [
      () => list.at(0),
      () => list.length,
      () => [...list],
      () => list.count(1),
      () => list.indexOf(1),
      () => iterator.next(),
    ] as (() => unknown)[]
  ) {
    assertEquals(
      assertThrows(use, Error).message,
      `Cannot read shareable list "${name}": it is closed`,
    );
  }
  list.sharedMemory.unlink();
});

sharedTest(
  "bytes",
  "ShareableList is changed by a process, a thread, and whom a message reaches",
  async () => {
    const list = new ShareableList<unknown>(["parent", 5, null]);
    using _owned = owned(list);
    for (const kind of ["process", "thread"] as const) {
      const child = start(
        kind,
        changeList,
        list as ShareableList,
        list.sharedMemory.name,
      );
      assertEquals(await child.join(), 0);
      assertEquals([...list], ["child", 5, 1n]);
      list.set(0, "again");
      list.set(2, undefined);
    }
    const queue = new Queue<ShareableList<unknown>>();
    await queue.put(list);
    const came = await queue.get();
    came.set(1, 6);
    came.close();
    assertEquals(list.at(1), 6);
  },
);

sharedTest(
  "bytes",
  "ShareableList slots are whole, whoever sets them and is killed",
  async () => {
    const list = new ShareableList<string | Uint8Array | number>(
      Array.from({ length: 5 }, () => "x".repeat(100)),
    );
    using _owned = owned(list);
    let reads = 0;
    let changes = 0;
    for (let round = 0; round < 8; round++) {
      const children = [1, 2].map((seed) =>
        start("process", setForever, list as ShareableList, seed)
      );
      const seen = new Set<unknown>();
      const end = performance.now() + 400;
      while (performance.now() < end) {
        for (let n = 0; n < 1_000; n++) {
          const value = list.at(n % 5);
          assert(isWhole(value), `${value}`);
          if (n % 50 === 0) seen.add(value);
          reads++;
        }
        list.set(reads % 5, wholeValue(reads));
      }
      changes += seen.size;
      for (const child of children) (child as unknown as Process).kill();
      for (const child of children) await child.join();
      // Nobody has kept anything that others need.
      list.set(round % 5, round);
      assertEquals(list.at(round % 5), round);
    }
    assert(changes > 100, `${changes} changes in ${reads} reads`);
  },
);

sharedTest("bytes", "ShareableList trusts nothing that it reads", () => {
  const list = new ShareableList<unknown>(["text", 5]);
  const { sharedMemory } = list;
  const { name } = sharedMemory;
  const words = new Int32Array(sharedMemory.buffer);
  const original = words.slice();
  const opens = () => new ShareableList({ name }).close();
  for (
    const [word, values] of [
      [0, [0, 1]],
      [1, [-1, 1 << 30, 2 ** 31 - 1, 100]],
      [5, [0, -1, 1 << 30, 2 ** 31 - 1, 9]],
      [7, [0, -1, 1 << 30, 2 ** 31 - 1, 9]],
    ] as const
  ) {
    for (const value of values) {
      words[word] = value;
      assertThrows(opens, Error, `Cannot open shareable list "${name}": `);
      words[word] = original[word];
    }
  }
  opens();
  // Its kind and its length: it was written once, to the second half.
  for (const [word, value] of [[12, 99], [12, -1], [13, -1], [13, 9]]) {
    words[word] = value;
    assertThrows(
      () => list.at(0),
      Error,
      "Cannot read list[0]: it has been overwritten",
    );
    words.set(original);
  }
  assertEquals([...list], ["text", 5]);
  sharedMemory.unlink();
  list.close();
});

sharedTest(
  "bytes",
  "ShareableList lives as long as somebody has it",
  async () => {
    const said = new Queue<unknown>();
    const list = new ShareableList([1, 2]);
    const child = start("process", holdMemory, list, said) as Process<never>;
    assertEquals(await said.get(LONG), "holds");
    list.sharedMemory.unlink();
    list.close();
    child.kill();
    await child.join();
    assertThrows(
      () => new ShareableList({ name: list.sharedMemory.name }),
      Deno.errors.NotFound,
    );
  },
);
