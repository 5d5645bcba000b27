import { showValue } from "../_internal/show_value.ts";

/*
 * The bytes of a list, in words of 4 bytes, all places multiples of 8 bytes:
 *
 * | words       | means                                                          |
 * | ----------- | -------------------------------------------------------------- |
 * | 0, 1        | MAGIC and the number of slots                                  |
 * | 4 + 2n      | VERSION of slot n: counts its changes, and so says which of    |
 * |             | its two halves is the value: 0, 2 … the first, 1, 3 … the other |
 * | 5 + 2n      | ROOM: how many times 8 bytes each half has                     |
 * | then        | the halves: kind, length in bytes, and the room                |
 *
 * A writer fills the half that is not the value, and then counts on: a value is
 * there whole or not at all, whoever dies. Writers take turns by a mutex. A reader
 * that finds the same version before and after has read what was one value, as
 * its half is only written to once the version has changed.
 */

const MAGIC = 0x6d70_736c;
const DIRECTORY = 4;
/** Words before the room of a half. */
const HEAD = 2;
/** Times that a reader looks, before it takes its turn with the writers. */
const LOOKS = 100;

const KIND = {
  UNDEFINED: 0,
  NULL: 1,
  FALSE: 2,
  TRUE: 3,
  NUMBER: 4,
  BIGINT: 5,
  TEXT: 6,
  BYTES: 7,
} as const;

/** What a slot of a `ShareableList` can hold. */
export type ShareableValue =
  | undefined
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array;

/** A value as it stands in a slot. */
interface Encoded {
  readonly kind: number;
  readonly number?: number;
  readonly bigint?: bigint;
  readonly bytes?: Uint8Array;
}

/** Where a slot is. */
interface Place {
  /** Word of its version. */
  readonly version: number;
  /** Word of its first half. */
  readonly half: number;
  /** Bytes of the room of a half. */
  readonly room: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const BROKEN = Symbol("broken");

/** Lays a list out for its first values; says how large it is, and then fills it. */
export class Draft {
  readonly byteLength: number;
  readonly #values: readonly Encoded[];

  /** @throws {TypeError} if one of the values cannot stand in a list */
  constructor(values: readonly unknown[]) {
    this.#values = values.map((value, index) =>
      encode(value, `create list[${index}]`)
    );
    this.byteLength = this.#values.reduce(
      (sum, value) => sum + 2 * (HEAD * 4 + roomFor(value)),
      (DIRECTORY + values.length * 2) * 4,
    );
  }

  /** Writes it to memory that nobody else knows yet. */
  writeTo(buffer: ArrayBuffer): void {
    const words = new Int32Array(buffer);
    words[0] = MAGIC;
    words[1] = this.#values.length;
    for (const [index, value] of this.#values.entries()) {
      words[DIRECTORY + index * 2 + 1] = roomFor(value) / 8;
    }
    const slots = new Slots(buffer);
    for (const [index, value] of this.#values.entries()) {
      slots.write(index, value);
    }
  }
}

/** The slots of a list. */
export class Slots {
  readonly #words: Int32Array<ArrayBuffer>;
  readonly #places: readonly Place[];

  /**
   * Reads once where the slots are, and checks that against the memory.
   *
   * @throws {Error} if there is no list in it
   */
  constructor(buffer: ArrayBuffer) {
    const words = new Int32Array(
      buffer,
      0,
      Math.floor(buffer.byteLength / 8) * 2,
    );
    this.#words = words;
    const count = words[1];
    const places: Place[] = [];
    let half = DIRECTORY + count * 2;
    if (
      words[0] !== MAGIC || count < 0 ||
      half > words.length
    ) throw new Error("there is no list in it");
    for (let index = 0; index < count; index++) {
      const version = DIRECTORY + index * 2;
      const room = words[version + 1] * 8;
      const next = half + 2 * (HEAD + room / 4);
      if (room < 8 || next > words.length) {
        throw new Error("what describes it has been overwritten");
      }
      places.push({ version, half, room });
      half = next;
    }
    this.#places = places;
  }

  get length(): number {
    return this.#places.length;
  }

  /**
   * The value of a slot.
   *
   * @param inTurn does what it is given while nobody writes
   */
  read(index: number, inTurn: (read: () => void) => void): ShareableValue {
    const words = this.#words;
    const { version } = this.#places[index];
    for (let look = 0; look < LOOKS; look++) {
      const seen = Atomics.load(words, version);
      const value = this.#decode(index, seen);
      // An exchange, and no load: what was read before must not be read after it.
      if (Atomics.compareExchange(words, version, seen, seen) !== seen) {
        continue;
      }
      return intact(value, index);
    }
    let value: ShareableValue | typeof BROKEN;
    inTurn(() => value = this.#decode(index, Atomics.load(words, version)));
    return intact(value, index);
  }

  /**
   * What it takes to write a value to a slot, when the caller's turn has come.
   *
   * @throws {TypeError} if it cannot stand in a list
   * @throws {RangeError} if it is too large for the slot
   */
  prepare(index: number, value: unknown): () => void {
    const doing = `set list[${index}]`;
    const encoded = encode(value, doing);
    const { room } = this.#places[index];
    const length = encoded.bytes?.length ?? 0;
    if (length > room) {
      throw new RangeError(
        `Cannot ${doing}: ${length} bytes do not fit into the ${room} that it has`,
      );
    }
    return () => this.write(index, encoded);
  }

  /** Writes a value that fits, in the caller's turn. */
  write(index: number, { kind, number, bigint, bytes }: Encoded): void {
    const words = this.#words;
    const { version, half, room } = this.#places[index];
    const next = Atomics.load(words, version) + 1 | 0;
    const at = half + (next & 1) * (HEAD + room / 4);
    words[at] = kind;
    words[at + 1] = bytes?.length ?? 8;
    if (bytes !== undefined) this.#bytes(at, bytes.length).set(bytes);
    else if (number !== undefined) this.#view(at).setFloat64(0, number, true);
    else if (bigint !== undefined) this.#view(at).setBigInt64(0, bigint, true);
    // The value changes here, for all at once.
    Atomics.store(words, version, next);
  }

  #decode(
    index: number,
    version: number,
  ): ShareableValue | typeof BROKEN {
    const words = this.#words;
    const { half, room } = this.#places[index];
    const at = half + (version & 1) * (HEAD + room / 4);
    const length = words[at + 1];
    if (length < 0 || length > room) return BROKEN;
    switch (words[at]) {
      case KIND.UNDEFINED:
        return undefined;
      case KIND.NULL:
        return null;
      case KIND.FALSE:
        return false;
      case KIND.TRUE:
        return true;
      case KIND.NUMBER:
        return this.#view(at).getFloat64(0, true);
      case KIND.BIGINT:
        return this.#view(at).getBigInt64(0, true);
      case KIND.TEXT:
        return decoder.decode(this.#bytes(at, length));
      case KIND.BYTES:
        return this.#bytes(at, length).slice();
      default:
        return BROKEN;
    }
  }

  #bytes(at: number, length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#words.buffer, (at + HEAD) * 4, length);
  }

  #view(at: number): DataView {
    return new DataView(this.#words.buffer, (at + HEAD) * 4, 8);
  }
}

function intact(
  value: ShareableValue | typeof BROKEN,
  index: number,
): ShareableValue {
  if (value !== BROKEN) return value;
  throw new Error(`Cannot read list[${index}]: it has been overwritten`);
}

/** Text and bytes get room to the next multiple of 8, at least one byte more. */
function roomFor({ bytes }: Encoded): number {
  return bytes === undefined ? 8 : (Math.floor(bytes.length / 8) + 1) * 8;
}

function encode(value: unknown, doing: string): Encoded {
  switch (typeof value) {
    case "undefined":
      return { kind: KIND.UNDEFINED };
    case "boolean":
      return { kind: value ? KIND.TRUE : KIND.FALSE };
    case "number":
      return { kind: KIND.NUMBER, number: value };
    case "bigint":
      if (BigInt.asIntN(64, value) === value) {
        return { kind: KIND.BIGINT, bigint: value };
      }
      throw new RangeError(
        `Cannot ${doing}: ${value}n does not fit into an i64`,
      );
    case "string":
      if (!value.isWellFormed()) {
        throw new TypeError(
          `Cannot ${doing}: ${showValue(value)} has half a surrogate pair`,
        );
      }
      return { kind: KIND.TEXT, bytes: encoder.encode(value) };
  }
  if (value === null) return { kind: KIND.NULL };
  if (value instanceof Uint8Array) return { kind: KIND.BYTES, bytes: value };
  throw new TypeError(
    `Cannot ${doing}: ${showValue(value)} cannot stand in a list`,
  );
}
