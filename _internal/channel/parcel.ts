import { allocate, type Memory, releaseBlock } from "../memory/mod.ts";
import type { Cargo } from "./cargo.ts";
import type { Contents } from "./contents.ts";

/** A message on its way into a channel. */
export class Parcel implements Contents {
  readonly raw: boolean;
  readonly cargo: readonly Cargo[];
  /** The block that already has the contents, or -1. */
  block = -1;
  readonly #contents: Contents;
  #memory: Memory | undefined;

  constructor(contents: Contents, raw: boolean, cargo: readonly Cargo[]) {
    this.#contents = contents;
    this.raw = raw;
    this.cargo = cargo;
  }

  /** Length of the message. */
  get byteLength(): number {
    return this.#contents.byteLength;
  }

  /** Writes the message into `target`, from `at` on. */
  writeTo(target: Uint8Array, at = 0): void {
    this.#contents.writeTo(target, at);
  }

  /** Writes the message into a block of its own, tagged as carried by us. */
  load(memory: Memory): void {
    const unit = allocate(memory, this.byteLength, memory.self);
    try {
      this.#contents.writeTo(memory.bytes(unit, this.byteLength));
    } catch (error) {
      releaseBlock(memory, unit, memory.self);
      throw error;
    }
    this.#memory = memory;
    this.block = unit;
  }

  /** Contents that do not change any more. */
  snapshot(): Contents {
    return this.#contents.snapshot();
  }

  /** A parcel with the same message, which no later change of its value reaches. */
  keep(): Parcel {
    if (this.block >= 0) return this;
    return new Parcel(this.#contents.snapshot(), this.raw, this.cargo);
  }

  /** Gives up a message that was not sent. */
  abandon(): void {
    if (this.block < 0 || this.#memory === undefined) return;
    releaseBlock(this.#memory, this.block, this.#memory.self);
    this.block = -1;
  }
}
