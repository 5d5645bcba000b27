import { assert, assertEquals, assertFalse } from "@std/assert";
import {
  afterLease,
  afterLeaseSync,
  type Channel,
  Parcel,
} from "../../../_internal/channel/mod.ts";
import { delay } from "@std/async/delay";
import { HEADER, threadMemory } from "../../../_internal/memory/mod.ts";
import { NOT_YET, Patience } from "../../../_internal/parking/mod.ts";
import { filled } from "./roles.ts";
import { withChannel } from "./with_channel.ts";

const PROCEED = () => {};
const HOLDER = 1;
const MANY = 1_000;
const MANY_BYTES = 1_000_000;

const memory = threadMemory();

function test(
  name: string,
  use: (channel: Channel) => void | Promise<void>,
): void {
  Deno.test(name, () => withChannel(memory, use));
}

function put(channel: Channel, value: number, byteLength = 10, raw = false) {
  assert(
    channel.tryPut(new Parcel(filled(value, byteLength), raw, []), PROCEED),
  );
}

function firsts(messages: readonly Uint8Array[]): number[] {
  return messages.map(([first]) => first);
}

function takeAll(channel: Channel): number[] {
  const all: number[] = [];
  while (channel.tryTake()) all.push(channel.taken[0]);
  channel.discardTaken();
  return all;
}

test("Lease shows messages, which stay until they are taken", (channel) => {
  for (const value of [1, 2, 3]) put(channel, value);
  const lease = channel.lease(HOLDER)!;
  assertEquals(firsts(lease.show(0, MANY, MANY_BYTES)), [1, 2, 3]);
  assertEquals(firsts(lease.show(1, 1, MANY_BYTES)), [2]);
  assertEquals(firsts(lease.show(3, MANY, MANY_BYTES)), []);
  assertEquals(channel.size, 3);
  assert(channel.hasMessage());
  lease.take();
  assertEquals(channel.size, 2);
  assertEquals(firsts(lease.show(0, MANY, MANY_BYTES)), [2, 3]);
  lease.end(false);
  assertEquals(takeAll(channel), [2, 3]);
});

test("Lease keeps others from taking, and is told that they want to", (channel) => {
  put(channel, 1);
  const lease = channel.lease(HOLDER)!;
  assertFalse(lease.isWanted());
  const before = memory.words[HEADER.LEASES_WANTED];
  assertFalse(channel.tryTake());
  assert(channel.leasing.hasRefused);
  const refused = channel.takeAll(() =>
    assert(false, "it takes what is leased")
  );
  assertEquals(refused, NOT_YET);
  assert(lease.isWanted());
  assertEquals(memory.words[HEADER.LEASES_WANTED], before + 1);
  assertEquals(channel.lease(HOLDER), undefined);
  lease.end(true);
  for (const holder of [HOLDER, HOLDER + 1]) {
    assertEquals(channel.lease(holder), undefined, "it is everybody's turn");
  }
  assertEquals(takeAll(channel), [1]);
  assertFalse(channel.leasing.hasRefused);
});

test("Lease that was used up goes to another first, if others wanted it", (channel) => {
  put(channel, 1);
  channel.lease(HOLDER)!.end(false);
  const lease = channel.lease(HOLDER)!;
  assertFalse(channel.tryTake());
  lease.end(false);
  assertEquals(channel.lease(HOLDER), undefined, "it is the turn of others");
  const others = channel.lease(HOLDER + 1)!;
  assertFalse(others.isWanted());
  others.end(false);
  channel.lease(HOLDER + 1)!.end(false);
  assertEquals(takeAll(channel), [1]);
});

test("Lease goes to whom it went before, if the others do not come", async (channel) => {
  put(channel, 1);
  const lease = channel.lease(HOLDER)!;
  assertFalse(channel.tryTake());
  lease.end(false);
  await delay(5);
  channel.lease(HOLDER)!.end(false);
  assertEquals(takeAll(channel), [1]);
});

test("Lease shows as many bytes as are asked for, and the message with the last of them", (channel) => {
  for (let value = 0; value < 20; value++) put(channel, value, 100);
  const lease = channel.lease(HOLDER)!;
  assertEquals(lease.show(0, MANY, 950).length, 10);
  assertEquals(lease.show(0, MANY, 1_000).length, 10);
  assertEquals(lease.show(0, MANY, 1_001).length, 11);
  lease.end(false);
  assertEquals(takeAll(channel).length, 20);
});

test("Lease shows whole messages through many chunks", (channel) => {
  const sizes = Array.from({ length: 400 }, (_, n) => n * 37 % 1_500 + 1);
  sizes.forEach((size, n) => put(channel, n & 255, size));
  const lease = channel.lease(HOLDER)!;
  for (let skipped = 0; skipped < sizes.length; skipped += 57) {
    const shown = lease.show(skipped, MANY, MANY_BYTES);
    assertEquals(shown.length, sizes.length - skipped);
    shown.forEach((bytes, n) => {
      const value = skipped + n & 255;
      assertEquals(bytes.length, sizes[skipped + n]);
      assert(bytes.every((byte) => byte === value), "a message is torn");
    });
  }
  for (let n = 0; n < 300; n++) lease.take();
  assertEquals(
    firsts(lease.show(0, MANY, MANY_BYTES)),
    sizes.slice(300).map((_, n) => 300 + n & 255),
  );
  lease.end(false);
  assertEquals(takeAll(channel).length, 100);
});

test("Lease shows nothing from a message on that has memory of its own, or was sent as bytes", (channel) => {
  put(channel, 1);
  put(channel, 2, 100_000);
  put(channel, 3);
  put(channel, 4, 10, true);
  const lease = channel.lease(HOLDER)!;
  assertEquals(firsts(lease.show(0, MANY, MANY_BYTES)), [1]);
  assertEquals(firsts(lease.show(1, MANY, MANY_BYTES)), []);
  assertEquals(firsts(lease.show(2, MANY, MANY_BYTES)), []);
  lease.take();
  lease.take();
  assertEquals(firsts(lease.show(0, MANY, MANY_BYTES)), [3]);
  lease.end(false);
  assertEquals(takeAll(channel), [3, 4]);
});

test("Lease begins as one that others want if somebody waits for a message, who then gets one", async (channel) => {
  const { parking, getters } = channel;
  const attempt = channel.attemptTake.bind(channel, undefined);
  const first = parking.wait(getters, attempt, new Patience(), "take");
  const before = memory.words[HEADER.LEASES_WANTED];
  const wanted = channel.lease(HOLDER)!;
  assert(wanted.isWanted());
  assertEquals(memory.words[HEADER.LEASES_WANTED], before + 1);
  put(channel, 1);
  await delay(5);
  assertEquals(channel.size, 1, "it was taken though it is leased");
  wanted.end(false);
  assert(await first);
  put(channel, 2);
  const lease = channel.lease(HOLDER + 1)!;
  assertFalse(lease.isWanted());
  const second = parking.wait(getters, attempt, new Patience(), "take");
  lease.end(false);
  assert(await second);
  assertEquals(channel.taken[0], 2);
  channel.discardTaken();
});

test("afterLease() takes what is left once the lease is over, and waits no longer than for that", async (channel) => {
  const attempt = () => channel.tryTake() ? channel.taken[0] : NOT_YET;
  put(channel, 1);
  put(channel, 2);
  const lease = channel.lease(HOLDER)!;
  const first = afterLease(channel, attempt);
  setTimeout(() => {
    assert(lease.isWanted());
    lease.end(false);
  }, 5);
  assertEquals(await first, 1);
  assertEquals(await afterLease(channel, attempt), 2);
  assertEquals(await afterLease(channel, attempt), NOT_YET);
  assertEquals(afterLeaseSync(channel, attempt), NOT_YET);
  channel.discardTaken();
});

test("afterLease() gives up on a lease that does not end", async (channel) => {
  const attempt = () => channel.tryTake() ? channel.taken[0] : NOT_YET;
  put(channel, 1);
  const lease = channel.lease(HOLDER)!;
  assertEquals(afterLeaseSync(channel, attempt), NOT_YET);
  assertEquals(await afterLease(channel, attempt), NOT_YET);
  lease.end(false);
  assertEquals(takeAll(channel), [1]);
});
