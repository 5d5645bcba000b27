import { Parcel } from "../channel/mod.ts";
import type { HandleCargo } from "./shareable.ts";

/** A message that a hub passes on without looking at it. */
export class Opaque {
  readonly bytes: Uint8Array;
  /** What it carries, on its way in. */
  readonly cargo: readonly HandleCargo[];
  /** The cells that it has carried, on its way out. */
  readonly cells: readonly number[];
  /** Whether another program has sent it, so that no object in it is to be believed. */
  readonly isForeign: boolean;

  constructor(
    bytes: Uint8Array,
    cargo: readonly HandleCargo[],
    cells: readonly number[],
    isForeign = false,
  ) {
    this.isForeign = isForeign;
    this.bytes = bytes;
    this.cargo = cargo;
    this.cells = cells;
  }

  /** The message, to be put into a channel. */
  get parcel(): Parcel {
    return parcelOf(this.bytes, false, this.cargo);
  }
}

let passesOn = false;

/** Lets this isolate pass messages on, and look at none of them. */
export function passOnOnly(): void {
  passesOn = true;
}

/** Whether it does. */
export function isPassingOn(): boolean {
  return passesOn;
}

/** A message that was taken, if this isolate only passes it on. */
export function toPassOn(
  bytes: Uint8Array,
  cells: readonly number[],
  isForeign = false,
): Opaque | undefined {
  return passesOn ? new Opaque(bytes.slice(), [], cells, isForeign) : undefined;
}

/** Makes a parcel of bytes that are there already. */
export function parcelOf(
  bytes: Uint8Array,
  raw: boolean,
  cargo: readonly HandleCargo[],
): Parcel {
  return new Parcel(
    {
      byteLength: bytes.byteLength,
      writeTo: (target, at = 0) => target.set(bytes, at),
      snapshot: () => parcelOf(bytes.slice(), raw, cargo),
    },
    raw,
    cargo,
  );
}
