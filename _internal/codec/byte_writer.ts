import * as format from "./format.ts";

const SCRATCH_BYTES = 8192;
const KEPT_SCRATCH_BYTES = 1 << 20;
// The first short strings stand where they belong, which is fastest for a small message. Many of
// them are faster in bundles.
const INLINE_BUDGET = 64;

/** How far a message had got. */
export interface Mark {
  readonly at: number;
  readonly inline: number;
  readonly text: string;
  readonly bundles: number;
}

/** Writes numbers and text into a buffer that it keeps for the next message. */
export class ByteWriter {
  /** The message, as far as it is written, and room for more of it. */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(SCRATCH_BYTES);
  /** The same, for numbers. */
  view: DataView<ArrayBuffer> = new DataView(this.bytes.buffer);
  /** Where the message ends. */
  at = 0;
  /** The last bundle of text. */
  text = "";
  /** How many characters may still be written in place, or -1 if all go into bundles. */
  inline = 0;
  #bundles: string[] = [];
  readonly #encoder = new TextEncoder();

  /** Begins a message, behind its header. */
  begin(): void {
    this.at = format.HEADER_BYTES;
    this.inline = INLINE_BUDGET;
  }

  /** Forgets the message. */
  clear(): void {
    this.text = "";
    if (this.#bundles.length > 0) this.#bundles = [];
    if (this.bytes.length > KEPT_SCRATCH_BYTES) this.#resize(SCRATCH_BYTES);
  }

  mark(): Mark {
    const { at, inline, text } = this;
    return { at, inline, text, bundles: this.#bundles.length };
  }

  rewind({ at, inline, text, bundles }: Mark): void {
    this.at = at;
    this.inline = inline;
    this.text = text;
    this.#bundles.length = bundles;
  }

  /** Sees to it that there is room for so many bytes. */
  reserve(size: number): void {
    const needed = this.at + size;
    if (needed <= this.bytes.length) return;
    const written = this.bytes.subarray(0, this.at);
    this.#resize(Math.max(needed, this.bytes.length * 2));
    this.bytes.set(written);
  }

  /** Writes a tag, behind which there is room for a number. */
  tag(tag: number): void {
    this.reserve(format.SMALL_PART_BYTES);
    this.bytes[this.at++] = tag;
  }

  count(count: number): void {
    this.reserve(format.SMALL_PART_BYTES);
    while (count > 127) {
      this.bytes[this.at++] = count % 128 + 128;
      count = Math.floor(count / 128);
    }
    this.bytes[this.at++] = count;
  }

  int32(value: number): void {
    this.reserve(format.SMALL_PART_BYTES);
    this.view.setInt32(this.at, value, true);
    this.at += 4;
  }

  bigint(value: bigint): void {
    if (BigInt.asIntN(64, value) === value) {
      this.tag(format.BIGINT64);
      this.view.setBigInt64(this.at, value, true);
      this.at += 8;
    } else {
      this.tag(format.BIGINT);
      this.string(value.toString(16));
    }
  }

  string(text: string): void {
    const { length } = text;
    if (length > format.MAX_BUNDLED_TEXT) return this.#longText(text);
    this.reserve(format.SMALL_PART_BYTES);
    if (length <= format.MAX_INLINE_TEXT && length <= this.inline) {
      const { bytes } = this;
      let at = this.at;
      bytes[at++] = format.INLINE_TEXT + length;
      let i = 0;
      for (; i < length; i++) {
        const code = text.charCodeAt(i);
        if (code > 0xff) break;
        bytes[at++] = code;
      }
      if (i === length) {
        this.at = at;
        this.inline -= length;
        return;
      }
    }
    // There is a bundle to be read in any case now, so let it hold the rest.
    this.inline = -1;
    if (this.text.length + length > format.BUNDLE_TEXT) {
      this.#bundles.push(this.text);
      this.text = "";
    }
    if (length < format.BUNDLED_TEXT_TAGS) {
      this.bytes[this.at++] = format.BUNDLED_TEXT + length;
    } else {
      this.bytes[this.at++] = format.BUNDLED_TEXT_8;
      this.bytes[this.at++] = length;
    }
    this.text += text;
  }

  /** Writes what the strings of the message were put into. */
  bundles(): void {
    if (this.text === "") return;
    for (const text of [...this.#bundles, this.text]) {
      this.reserve(format.SMALL_PART_BYTES);
      const header = this.at;
      this.at += 2;
      const wide = this.#characters(text);
      const length = this.at - header - 2;
      this.view.setUint16(header, length * 2 + (wide ? 1 : 0), true);
    }
  }

  #longText(text: string): void {
    this.tag(format.LONG_TEXT);
    const header = this.at;
    this.at += 4;
    if (this.#characters(text)) this.bytes[header - 1] = format.LONG_TEXT_16;
    this.view.setUint32(header, this.at - header - 4, true);
  }

  /** Writes UTF-8 if it can hold the text. Returns whether it had to be UTF-16. */
  #characters(text: string): boolean {
    if (!text.isWellFormed()) {
      this.#utf16(text);
      return true;
    }
    // Most text is ASCII. Only where it turns out not to be is there need for more room.
    for (let rest = text, unit = 1; rest !== ""; unit = 3) {
      this.reserve(rest.length * unit);
      const room = this.bytes.subarray(this.at);
      const { read, written } = this.#encoder.encodeInto(rest, room);
      this.at += written;
      rest = read === rest.length ? "" : rest.slice(read);
    }
    return false;
  }

  #utf16(text: string): void {
    this.reserve(text.length * 2);
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      this.bytes[this.at++] = code;
      this.bytes[this.at++] = code >> 8;
    }
  }

  #resize(size: number): void {
    this.bytes = new Uint8Array(size);
    this.view = new DataView(this.bytes.buffer);
  }
}
