import { malformed } from "./format.ts";

/** Keys that objects of a message have. */
export interface KnownShape {
  readonly keys: readonly string[];
  /** Objects inherit something of these names, so they cannot simply be assigned to. */
  readonly delicate: boolean;
  readonly bytes: Uint8Array;
}

const TEXT_SCRATCH_BYTES = 8192;
const KNOWN_SHAPES = 256;
const { fromCharCode } = String;

let textScratch: Uint8Array<ArrayBuffer> | undefined;
let textDecoder: TextDecoder | undefined;
const knownShapes: (KnownShape | undefined)[] = [];

/** Reads numbers and text, and nothing beyond the end. */
export class ByteReader {
  readonly bytes: Uint8Array;
  /** What is read next. */
  at = 0;
  /** Where what can be read ends. */
  end: number;
  #view: DataView | undefined;
  #text = "";
  #textAt = 0;
  #bundlesAt = 0;
  #bundlesEnd = 0;

  constructor(bytes: Uint8Array) {
    // Subclasses may not copy where Uint8Array does.
    this.bytes = bytes.constructor === Uint8Array
      ? bytes
      : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = bytes.length;
  }

  /** Whether all that there is has been read. */
  get isAtEnd(): boolean {
    return this.at === this.end && this.#textAt === this.#text.length &&
      this.#bundlesAt === this.#bundlesEnd;
  }

  byte(): number {
    return this.bytes[this.skip(1)];
  }

  count(): number {
    let count = 0;
    for (let unit = 1; unit <= 2 ** 49; unit *= 128) {
      const byte = this.byte();
      count += (byte & 127) * unit;
      if (byte < 128) return count;
    }
    malformed("a count is too large");
  }

  /** Reads how many parts follow, each of which takes so many bytes or more. */
  size(bytesEach: number): number {
    const size = this.count();
    if (size * bytesEach > this.end - this.at) malformed("it is cut short");
    return size;
  }

  int16(): number {
    const at = this.skip(2);
    return (this.bytes[at] | this.bytes[at + 1] << 8) << 16 >> 16;
  }

  int32(): number {
    return this.#numbers().getInt32(this.skip(4), true);
  }

  float64(): number {
    return this.#numbers().getFloat64(this.skip(8), true);
  }

  bigint64(): bigint {
    return this.#numbers().getBigInt64(this.skip(8), true);
  }

  inlineText(length: number): string {
    return latin1(this.bytes, this.skip(length), length);
  }

  bundledText(length: number): string {
    if (this.#textAt === this.#text.length && length > 0) this.#nextBundle();
    const start = this.#textAt;
    this.#textAt += length;
    if (this.#textAt > this.#text.length) malformed("its text is cut short");
    return this.#text.substring(start, this.#textAt);
  }

  longText(wide: boolean): string {
    const length = this.int32() >>> 0;
    const start = this.skip(length);
    return decodeText(this.bytes, start, start + length, wide);
  }

  /** Reads keys, which most likely were in an earlier message too. */
  shape(): KnownShape {
    const { bytes } = this;
    const length = this.byte();
    const start = this.skip(length);
    let hash = length;
    for (let i = 0; i < length; i++) {
      hash = Math.imul(hash ^ bytes[start + i], 0x01000193);
    }
    const slot = (hash ^ hash >>> 15) & (KNOWN_SHAPES - 1);
    const known = knownShapes[slot];
    if (known !== undefined && known.bytes.length === length) {
      let i = 0;
      while (i < length && bytes[start + i] === known.bytes[i]) i++;
      if (i === length) return known;
    }
    return knownShapes[slot] = newShape(bytes.slice(start, start + length));
  }

  /** Says where the text of the message is. */
  setBundles(start: number, end: number): void {
    if (start > end) malformed("it is cut short");
    this.#bundlesAt = start;
    this.#bundlesEnd = end;
  }

  /** Steps over so many bytes. Returns where they begin. */
  skip(size: number): number {
    const { at } = this;
    if (at + size > this.end) malformed("it is cut short");
    this.at = at + size;
    return at;
  }

  #numbers(): DataView {
    if (this.#view === undefined) {
      const { buffer, byteOffset, byteLength } = this.bytes;
      this.#view = new DataView(buffer, byteOffset, byteLength);
    }
    return this.#view;
  }

  #nextBundle(): void {
    const at = this.#bundlesAt + 2;
    if (at > this.#bundlesEnd) malformed("its text is cut short");
    const header = this.bytes[at - 2] | this.bytes[at - 1] << 8;
    const end = at + (header >> 1);
    if (end > this.#bundlesEnd) malformed("its text is cut short");
    this.#bundlesAt = end;
    this.#text = decodeText(this.bytes, at, end, (header & 1) === 1);
    this.#textAt = 0;
  }
}

function newShape(bytes: Uint8Array): KnownShape {
  const keys: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes[at++];
    if (at + length > bytes.length) malformed("a key is cut short");
    keys.push(latin1(bytes, at, length));
    at += length;
  }
  const delicate = keys.some((key) => key in Object.prototype);
  return { keys, delicate, bytes };
}

function latin1(bytes: Uint8Array, at: number, length: number): string {
  switch (length) {
    case 0:
      return "";
    case 1:
      return fromCharCode(bytes[at]);
    case 2:
      return fromCharCode(bytes[at], bytes[at + 1]);
    case 3:
      return fromCharCode(bytes[at], bytes[at + 1], bytes[at + 2]);
    case 4:
      return fromCharCode(
        bytes[at],
        bytes[at + 1],
        bytes[at + 2],
        bytes[at + 3],
      );
    default:
      return latin1(bytes, at, 4) + latin1(bytes, at + 4, length - 4);
  }
}

function decodeText(
  bytes: Uint8Array,
  start: number,
  end: number,
  wide: boolean,
): string {
  if (wide) return utf16(bytes, start, end);
  // A copy, because another process may still write to where the bytes are.
  let copy: Uint8Array;
  if (end - start > TEXT_SCRATCH_BYTES) {
    copy = bytes.slice(start, end);
  } else {
    textScratch ??= new Uint8Array(TEXT_SCRATCH_BYTES);
    textScratch.set(bytes.subarray(start, end));
    copy = textScratch.subarray(0, end - start);
  }
  textDecoder ??= new TextDecoder("utf-8", { ignoreBOM: true });
  return textDecoder.decode(copy);
}

function utf16(bytes: Uint8Array, start: number, end: number): string {
  if ((end - start) % 2 !== 0) malformed("its text is cut short");
  let text = "";
  const units: number[] = [];
  for (let at = start; at < end; at += 2) {
    units.push(bytes[at] | bytes[at + 1] << 8);
    if (units.length === 4096 || at + 2 === end) {
      text += fromCharCode(...units);
      units.length = 0;
    }
  }
  return text;
}
