import { Parcel } from "../channel/mod.ts";
import { decode, encode } from "../codec/mod.ts";
import type { Memory } from "../memory/mod.ts";
import { Opaque, parcelOf, toPassOn } from "./opaque.ts";
import { ModuleNeededError, revive, reviveFromHub } from "./revive.ts";
import { cargoOf } from "./shareable.ts";

const NO_CARGO = [] as const;
const NO_CELLS: readonly number[] = [];
const REVIVE = { revive };
const REVIVE_FROM_HUB = { revive: reviveFromHub };
const MESSAGE = {
  thread: {
    root: "message",
    to: "another thread",
    destination: { reach: "thread" },
  },
  process: {
    root: "message",
    to: "another process",
    destination: { reach: "process" },
  },
  remote: {
    root: "message",
    to: "another program",
    destination: { reach: "remote" },
  },
} as const;

/**
 * Turns a value into a message; valid until the next one is.
 *
 * @throws {TypeError} if the value cannot be sent
 */
export function toParcel(value: unknown, memory: Memory): Parcel {
  if (value instanceof Opaque) return value.parcel;
  const encoded = encode(value, MESSAGE[memory.reach]);
  const { handles } = encoded;
  return new Parcel(
    encoded,
    false,
    handles.length === 0 ? NO_CARGO : cargoOf(handles),
  );
}

/**
 * Turns a value into a message for another program; valid until the next one is.
 *
 * @throws {TypeError} if the value cannot be sent there
 */
export function toRemoteParcel(value: unknown): Parcel {
  if (value instanceof Opaque) {
    if (value.cargo.length === 0) return value.parcel;
    throw new TypeError(
      "Cannot send message: a shared object in it lives in the memory of its program and cannot be sent over a socket",
    );
  }
  return new Parcel(encode(value, MESSAGE.remote), false, NO_CARGO);
}

/** Makes a message of bytes as they are. */
export function bytesParcel(bytes: Uint8Array): Parcel {
  return parcelOf(bytes, true, NO_CARGO);
}

/** Makes a message of a value that has been turned into bytes elsewhere. */
export function encodedParcel(bytes: Uint8Array): Parcel {
  return parcelOf(bytes, false, NO_CARGO);
}

/**
 * Turns a message into its value; into a promise of it if modules of shared
 * objects in it have to be loaded first.
 *
 * @param cells what it carried
 */
export function fromBytes(
  bytes: Uint8Array,
  cells: readonly number[] = NO_CELLS,
): unknown {
  try {
    return toPassOn(bytes, cells) ?? decode(bytes, REVIVE);
  } catch (error) {
    if (!(error instanceof ModuleNeededError)) throw error;
    const kept = bytes.slice();
    return decodeAfterLoading(error.module, () => fromBytes(kept));
  }
}

/**
 * Turns a message of another program into its value, whatever that has sent.
 *
 * @throws {DecodeError} if it is none
 */
export function fromRemoteBytes(bytes: Uint8Array): unknown {
  return toPassOn(bytes, NO_CELLS, true) ?? decode(bytes);
}

/** The same as {@linkcode fromBytes}, for what a hub has passed on. */
export function fromHubBytes(bytes: Uint8Array): unknown {
  try {
    return decode(bytes, REVIVE_FROM_HUB);
  } catch (error) {
    if (!(error instanceof ModuleNeededError)) throw error;
    const kept = bytes.slice();
    return decodeAfterLoading(error.module, () => fromHubBytes(kept));
  }
}

/** Decodes once more when the module is loaded that was needed for it. */
async function decodeAfterLoading(
  module: string,
  decodeAgain: () => unknown,
): Promise<unknown> {
  await import(module);
  return decodeAgain();
}
