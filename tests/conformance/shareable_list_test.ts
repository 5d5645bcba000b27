// After CPython's _TestSharedMemory, as far as it is about lists.

import {
  assert,
  assertEquals,
  assertNotStrictEquals,
  assertThrows,
} from "@std/assert";
import { Pipe } from "../../pipe/mod.ts";
import { ShareableList } from "../../sync/mod.ts";
import { leaveNothingBehind, startProcess, testBytes } from "./backends.ts";

leaveNothingBehind();

const bytes = (text: string) => new TextEncoder().encode(text);

testBytes(
  "ShareableList keeps values of many kinds, each in the room it got",
  () => {
    const values = ["howdy", bytes("HoWdY"), -273.154, 100, null, true, 42];
    using list = new ShareableList<unknown>(values);
    assertEquals([...list], values);
    assertEquals(list.length, 7);
    assertEquals([list.at(0), list.at(-2)], ["howdy", true]);
    assertEquals([list.at(7), list.at(-8)], [undefined, undefined]);
    assertThrows(
      () => list.set(7, 2),
      RangeError,
      "Cannot set list[7]: it has 7 slots",
    );
    assertEquals([list.indexOf(100), list.indexOf("100")], [3, -1]);

    list.set(3, 42);
    list.set(4, "some");
    assertEquals([list.at(3), list.at(4)], [42, "some"]);
    assertThrows(
      () => list.set(4, "far too many"),
      RangeError,
      "Cannot set list[4]: 12 bytes do not fit into the 8 that it has",
    );
    assertEquals(list.at(4), "some");
    // Eight bytes in UTF-8, and nine.
    list.set(0, "encod\u00e9s");
    assertEquals([list.at(0), list.at(1)], ["encod\u00e9s", bytes("HoWdY")]);
    assertThrows(() => list.set(0, "encod\u00e9es"), RangeError, "9 bytes");
    assertThrows(() => list.set(1, bytes("123456789")), RangeError, "9 bytes");
    assertEquals([list.at(0), list.at(1)], ["encod\u00e9s", bytes("HoWdY")]);
    assertThrows(
      () => list.set(0, {}),
      TypeError,
      "Cannot set list[0]: an object cannot stand in a list",
    );

    assertEquals(list.count(42), 2);
    assertEquals(list.count(bytes("HoWdY")), 1);
    assertEquals(list.count(bytes("adios")), 0);
    list.sharedMemory.unlink();
  },
);

testBytes(
  "ShareableList can be copied, opened by its name, and empty",
  () => {
    const list = new ShareableList<unknown>(["howdy", 42]);
    using copy = new ShareableList<unknown>(list, { name: "duplicate" });
    assertEquals(copy.sharedMemory.name, "duplicate");
    assertEquals([...copy], [...list]);
    copy.set(-1, 77);
    assertEquals([copy.at(-1), list.at(-1)], [77, 42]);
    copy.sharedMemory.unlink();

    using same = new ShareableList<unknown>({ name: list.sharedMemory.name });
    assertEquals(same.sharedMemory.name, list.sharedMemory.name);
    same.set(-1, 880);
    assertEquals(list.at(-1), 880);
    list.sharedMemory.unlink();
    list.close();
    assertEquals(same.at(-1), 880);
    for (const use of [() => list.at(0), () => list.length, () => [...list]]) {
      assertThrows(use, Error, "it is closed");
    }

    using empty = new ShareableList<unknown>([]);
    assertEquals([empty.length, [...empty], empty.count(1)], [0, [], 0]);
    assertEquals(empty.indexOf(null), -1);
    empty.sharedMemory.unlink();
  },
);

testBytes(
  "ShareableList that was sent is the same list, also in a child",
  async () => {
    const [a, b] = new Pipe<ShareableList<unknown>>();
    using list = new ShareableList<unknown>([0, 1, 2, "three...", 4, 5]);
    await a.send(list);
    using same = await b.recv();
    assert(same instanceof ShareableList);
    assertNotStrictEquals(same, list);
    assertEquals(same.at(-1), 5);
    same.set(4, true);
    assertEquals(list.at(4), true);
    list.set(3, "newvalue");
    assertEquals(same.at(3), "newvalue");
    const child = startProcess((list: ShareableList<unknown>) => {
      list.set(0, (list.at(-1) as number) * 2);
    }, list);
    assertEquals(await child.join(), 0);
    assertEquals(same.at(0), 10);
    list.sharedMemory.unlink();
  },
);

testBytes(
  "ShareableList that is closed is not sent, and not found when it is unlinked",
  () => {
    const [a] = new Pipe<ShareableList>();
    const list = new ShareableList([1, 2, 3]);
    const { sharedMemory } = list;
    list.close();
    sharedMemory.unlink();
    assertThrows(
      () => a.trySend(list),
      TypeError,
      "Cannot send message: this ShareableList is closed",
    );
    assertThrows(
      () => new ShareableList({ name: sharedMemory.name }),
      Deno.errors.NotFound,
      `Cannot open shared memory "${sharedMemory.name}"`,
    );
  },
);
