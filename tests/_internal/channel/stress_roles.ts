/**
 * Writers and readers that may be killed at any moment. What they did is on
 * record in a ledger in shared memory, so it survives them.
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

/** Most messages that a writer puts. */
export const MOST = 1_000;
/** Most writers, and most readers, that there can be one after another. */
export const ACTORS = 8_000;
/** Words of the ledger. */
export const LEDGER = {
  /** How many messages each writer has put for sure; it may be one more. */
  PUT: 0,
  /** How many messages each reader has got. */
  GOT: ACTORS,
  /** Messages of 0 bytes that were put, and got. */
  EMPTY_PUT: ACTORS * 2,
  EMPTY_GOT: ACTORS * 2 + 1,
  /** 1 once all shall end. */
  STOP: ACTORS * 2 + 2,
  /** How often each message has been got: MOST words for each writer. */
  COUNTS: ACTORS * 2 + 16,
} as const;
/** Bytes of the ledger. */
export const LEDGER_BYTES = (LEDGER.COUNTS + ACTORS * MOST) * 4;

/** A small generator of repeatable random numbers, from 0 to 1. */
export function randomFrom(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Bytes before the noise of a message: writer, number, length, sum. */
const HEAD = 16;

function sizeFrom(random: () => number): number {
  const kind = random();
  if (kind < 0.05) return 0;
  if (kind < 0.6) return HEAD + Math.floor(random() * 200);
  if (kind < 0.8) return HEAD + Math.floor(random() * 17_000);
  return HEAD + Math.floor(random() * 300_000);
}

function message(writer: number, number: number, byteLength: number): Contents {
  const bytes = new Uint8Array(byteLength);
  if (byteLength > 0) {
    const words = new Int32Array(byteLength + 3 >> 2);
    let value = writer * 7919 + number | 1;
    let sum = 0;
    for (let word = 4; word < words.length; word++) {
      value = Math.imul(value, 1_664_525) + 1_013_904_223 | 0;
      words[word] = value;
    }
    bytes.set(new Uint8Array(words.buffer, 0, byteLength));
    for (let at = HEAD; at < byteLength; at++) {
      sum = Math.imul(sum, 31) + bytes[at] | 0;
    }
    new Int32Array(bytes.buffer, 0, 4).set([writer, number, byteLength, sum]);
  }
  const contents: Contents = {
    byteLength,
    writeTo: (target, at = 0) => target.set(bytes, at),
    snapshot: () => contents,
  };
  return contents;
}

/** What a message says, or what is wrong with it. */
function read(bytes: Uint8Array): { writer: number; number: number } | string {
  const copy = bytes.slice();
  if (copy.length < HEAD) return `${copy.length} bytes`;
  const [writer, number, byteLength, sum] = new Int32Array(copy.buffer, 0, 4);
  if (byteLength !== copy.length) {
    return `${copy.length} bytes, not ${byteLength}`;
  }
  let found = 0;
  for (let at = HEAD; at < byteLength; at++) {
    found = Math.imul(found, 31) + copy[at] | 0;
  }
  return found === sum ? { writer, number } : `a sum of ${found}, not ${sum}`;
}

async function rest(random: () => number): Promise<void> {
  if (random() < 0.9) return;
  await new Promise((resolve) => setTimeout(resolve, random() * 8));
}

/** Puts messages until it has put the most it may. */
export async function write(
  memory: Memory,
  report: Report,
  cell: number,
  ledgerUnit: number,
  writer: number,
  seed: number,
): Promise<void> {
  const ledger = memory.dataWords(ledgerUnit, LEDGER_BYTES / 4);
  const parking = parkingOf(memory);
  const channel = new Channel(parking, cell);
  const patience = new Patience();
  const random = randomFrom(seed);
  report("ready");
  let number = 0;
  while (number < MOST && Atomics.load(ledger, LEDGER.STOP) === 0) {
    const byteLength = sizeFrom(random);
    const parcel = new Parcel(
      message(writer, number, byteLength),
      true,
      [],
    );
    const attempt = () => {
      if (Atomics.load(ledger, LEDGER.STOP) !== 0) return false;
      return channel.tryPut(parcel, () => {}) || NOT_YET;
    };
    const { putters } = channel;
    let done = attempt();
    if (done === NOT_YET) {
      done = random() < 0.5
        ? parking.waitSync(putters, attempt, patience, "put")
        : await parking.wait(putters, attempt, patience, "put");
    }
    if (!done) {
      parcel.abandon();
      break;
    }
    if (byteLength === 0) Atomics.add(ledger, LEDGER.EMPTY_PUT, 1);
    else Atomics.store(ledger, LEDGER.PUT + writer, ++number);
    await rest(random);
  }
  report("done");
}

/** Gets messages until told to stop and there are none. */
export async function get(
  memory: Memory,
  report: Report,
  cell: number,
  ledgerUnit: number,
  reader: number,
  seed: number,
): Promise<void> {
  const ledger = memory.dataWords(ledgerUnit, LEDGER_BYTES / 4);
  const parking = parkingOf(memory);
  const channel = new Channel(parking, cell);
  const patience = new Patience();
  const random = randomFrom(seed);
  const last = new Map<number, number>();
  report("ready");
  const attempt = () => {
    if (channel.tryTake()) return true;
    return Atomics.load(ledger, LEDGER.STOP) > 1 ? false : NOT_YET;
  };
  const { getters } = channel;
  for (;;) {
    let done = attempt();
    if (done === NOT_YET) {
      done = random() < 0.5
        ? parking.waitSync(getters, attempt, patience, "get")
        : await parking.wait(getters, attempt, patience, "get");
    }
    if (!done) break;
    if (channel.taken.length === 0) {
      Atomics.add(ledger, LEDGER.EMPTY_GOT, 1);
    } else {
      const said = read(channel.taken);
      if (typeof said === "string") report(`torn: ${said}`);
      else {
        const { writer, number } = said;
        Atomics.add(ledger, LEDGER.COUNTS + writer * MOST + number, 1);
        const before = last.get(writer) ?? -1;
        if (number <= before) {
          report(`order: ${number} of ${writer} after ${before}`);
        }
        last.set(writer, number);
      }
    }
    Atomics.add(ledger, LEDGER.GOT + reader, 1);
    channel.discardTaken();
    await rest(random);
  }
  report("done");
}
