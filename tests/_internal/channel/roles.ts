/**
 * What others do in the tests of channels.
 *
 * @module
 */
import {
  Channel,
  type Contents,
  Parcel,
} from "../../../_internal/channel/mod.ts";
import type { Memory } from "../../../_internal/memory/mod.ts";
import {
  NOT_YET,
  parkingOf,
  Patience,
} from "../../../_internal/parking/mod.ts";
import type { Report } from "../memory/actor.ts";

const PROCEED = () => {};

/** Contents of bytes that all are the same, written as slowly as `pause` says. */
export function filled(
  value: number,
  byteLength: number,
  pause: () => void = PROCEED,
): Contents {
  const contents: Contents = {
    byteLength,
    writeTo(target, at = 0) {
      const half = at + (byteLength >> 1);
      target.fill(value, at, half);
      pause();
      target.fill(value, half, at + byteLength);
    },
    snapshot: () => contents,
  };
  return contents;
}

function sleepForGood(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

function channelAt(memory: Memory, cell: number): Channel {
  return new Channel(parkingOf(memory), cell);
}

function impatience(): Patience {
  const patience = new Patience();
  for (let wait = 0; wait < 20; wait++) patience.learn(1_000);
  return patience;
}

/** Puts a message, and stops for good half-way through it. */
export function stopPutting(
  memory: Memory,
  report: Report,
  cell: number,
  byteLength: number,
): void {
  const contents = filled(1, byteLength, () => {
    report("half");
    sleepForGood();
  });
  channelAt(memory, cell).tryPut(new Parcel(contents, true, []), PROCEED);
}

/** Takes a message, and stops for good before it is its own. */
export function stopTaking(memory: Memory, report: Report, cell: number): void {
  channelAt(memory, cell).tryTake(() => {
    report("half");
    sleepForGood();
  });
}

/** Takes a message, and stops for good with it. */
export function stopWithTaken(
  memory: Memory,
  report: Report,
  cell: number,
): void {
  channelAt(memory, cell).tryTake();
  report("half");
  sleepForGood();
}

/** Gets as many messages as told, and reports the first byte and length of each. */
export async function get(
  memory: Memory,
  report: Report,
  cell: number,
  count: number,
  how: "sync" | "async",
): Promise<void> {
  const channel = channelAt(memory, cell);
  const parking = parkingOf(memory);
  const attempt = () => channel.tryTake() || NOT_YET;
  const patience = impatience();
  report("ready");
  for (let got = 0; got < count; got++) {
    if (attempt() === NOT_YET) {
      if (how === "sync") {
        parking.waitSync(channel.getters, attempt, patience, "get");
      } else {
        await parking.wait(channel.getters, attempt, patience, "get");
      }
    }
    report([channel.taken[0] ?? -1, channel.taken.length]);
    channel.discardTaken();
  }
}

/** Takes messages as fast as it can, up to one of 255s, and reports how many there were. */
export function takeMany(memory: Memory, report: Report, cell: number): void {
  const channel = channelAt(memory, cell);
  report("ready");
  for (let count = 0;; count++) {
    while (!channel.tryTake());
    if (channel.taken[0] === 255) return report(count);
  }
}

/** Puts as many messages as told, all of one length; each says its number. */
export async function put(
  memory: Memory,
  report: Report,
  cell: number,
  count: number,
  byteLength: number,
  how: "sync" | "async",
): Promise<void> {
  const channel = channelAt(memory, cell);
  const parking = parkingOf(memory);
  const patience = impatience();
  report("ready");
  for (let number = 0; number < count; number++) {
    const parcel = new Parcel(filled(number & 255, byteLength), true, []);
    const attempt = () => channel.tryPut(parcel, PROCEED) || NOT_YET;
    if (attempt() !== NOT_YET) continue;
    if (how === "sync") {
      parking.waitSync(channel.putters, attempt, patience, "put");
    } else {
      await parking.wait(channel.putters, attempt, patience, "put");
    }
  }
  report("done");
}
