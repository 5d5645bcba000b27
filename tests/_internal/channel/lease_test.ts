import { assert, assertEquals, assertFalse } from "@std/assert";
import { delay } from "@std/async/delay";
import {
  afterLease,
  afterLeaseSync,
  CHANNEL,
  type Channel,
  Parcel,
  WANTED,
} from "../../../_internal/channel/mod.ts";
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

/** A clock that stands until it is moved. */
function stopClock() {
  const { now } = performance;
  let at = now.call(performance);
  performance.now = () => at;
  return {
    move: (ms: number) => at += ms,
    [Symbol.dispose]: () => performance.now = now,
  };
}

function put(channel: Channel, value: number, byteLength = 10, raw = false) {
  assert(
    channel.tryPut(new Parcel(filled(value, byteLength), raw, []), PROCEED),
  );
}

/** A thread that is none of a hub wants to take, which cannot be in this one. */
function wantElsewhere({ parking: { memory }, getters }: Channel): void {
  const at = getters - CHANNEL.GETTERS;
  Atomics.store(memory.words, at + CHANNEL.LEASE_WANTED, WANTED.ELSEWHERE);
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
  lease.end();
  assertEquals(takeAll(channel), [2, 3]);
});

test("Lease keeps others from taking, and is told that they want to", (channel) => {
  using clock = stopClock();
  put(channel, 1);
  const lease = channel.lease(HOLDER)!;
  assertEquals(lease.wanted(), WANTED.NOBODY);
  const before = memory.words[HEADER.LEASES_WANTED];
  assertFalse(channel.tryTake());
  assert(channel.leasing.hasRefused);
  const refused = channel.takeAll(() =>
    assert(false, "it takes what is leased")
  );
  assertEquals(refused, NOT_YET);
  assertEquals(lease.wanted(), WANTED.AT_HUB);
  assertEquals(memory.words[HEADER.LEASES_WANTED], before + 1);
  assertEquals(channel.lease(HOLDER + 1), undefined);
  lease.end();
  clock.move(5);
  assertEquals(takeAll(channel), [1]);
  assertFalse(channel.leasing.hasRefused);
});

test("Lease that others had to have back is not followed by another, for longer each time", (channel) => {
  using clock = stopClock();
  put(channel, 1);
  for (const rest of [2, 4, 8, 16, 32, 32]) {
    channel.lease(HOLDER)!.end({ wasRecalled: true });
    clock.move(rest - 1);
    for (const holder of [HOLDER, HOLDER + 1]) {
      assertEquals(channel.lease(holder), undefined, "it is everybody's turn");
    }
    clock.move(1);
  }
  channel.lease(HOLDER)!.end();
  channel.lease(HOLDER)!.end({ wasRecalled: true });
  clock.move(2);
  channel.lease(HOLDER)!.end();
  takeAll(channel);
});

test("Lease that was used up goes to another first, if others wanted it", (channel) => {
  using clock = stopClock();
  put(channel, 1);
  channel.lease(HOLDER)!.end();
  for (const isElsewhere of [false, true]) {
    const lease = channel.lease(HOLDER)!;
    assertFalse(channel.tryTake());
    if (isElsewhere) wantElsewhere(channel);
    lease.end();
    assertEquals(channel.lease(HOLDER), undefined, "it is the turn of others");
    const others = channel.lease(HOLDER + 1);
    assertEquals(others === undefined, isElsewhere, "for them it is too soon");
    others?.end();
    clock.move(2);
  }
  channel.lease(HOLDER)!.end();
  assertEquals(takeAll(channel), [1]);
});

test("Channel is not leased while there is nothing to show", (channel) => {
  using _clock = stopClock();
  channel.tryPut(new Parcel(filled(1, 100_000), false, []), PROCEED);
  assertEquals(channel.lease(HOLDER), undefined);
  takeAll(channel);
  assertEquals(channel.lease(HOLDER), undefined);
});

test("Lease shows as many bytes as are asked for, and the message with the last of them", (channel) => {
  for (let value = 0; value < 20; value++) put(channel, value, 100);
  const lease = channel.lease(HOLDER)!;
  assertEquals(lease.show(0, MANY, 950).length, 10);
  assertEquals(lease.show(0, MANY, 1_000).length, 10);
  assertEquals(lease.show(0, MANY, 1_001).length, 11);
  lease.end();
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
  lease.end();
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
  lease.end();
  assertEquals(takeAll(channel), [3, 4]);
});

test("Lease begins as one that others want if somebody waits for a message, who then gets one", async (channel) => {
  const { parking, getters } = channel;
  const attempt = () => channel.tryTake() || NOT_YET;
  const both = [1, 2].map(() =>
    parking.wait(getters, attempt, new Patience(), "take")
  );
  // It wakes one of them; the other goes on waiting.
  put(channel, 1);
  const lease = channel.lease(HOLDER)!;
  assertEquals(lease.wanted(), WANTED.AT_HUB);
  await delay(5);
  assertEquals(channel.size, 1, "it was taken though it is leased");
  lease.end();
  assert(await Promise.race(both));
  put(channel, 2);
  assert(await Promise.all(both));
  channel.discardTaken();
});

test("afterLease() takes what is left once the lease is over, and waits no longer than for that", async (channel) => {
  const attempt = () => channel.tryTake() ? channel.taken[0] : NOT_YET;
  put(channel, 1);
  put(channel, 2);
  const lease = channel.lease(HOLDER)!;
  const first = afterLease(channel, attempt);
  setTimeout(() => {
    assertEquals(lease.wanted(), WANTED.AT_HUB);
    lease.end();
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
  lease.end();
  assertEquals(takeAll(channel), [1]);
});
