import { Parcel } from "../channel/mod.ts";
import { decode, encode } from "../codec/mod.ts";
import type { Memory } from "../memory/mod.ts";
import { cargoOf, ModuleNeededError, revive } from "./shareable.ts";

const NO_CARGO = [] as const;
const REVIVE = { revive };
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
} as const;

/**
 * Turns a value into a message; valid until the next one is.
 *
 * @throws {TypeError} if the value cannot be sent
 */
export function toParcel(value: unknown, memory: Memory): Parcel {
  const encoded = encode(value, MESSAGE[memory.reach]);
  const { handles } = encoded;
  return new Parcel(
    encoded,
    false,
    handles.length === 0 ? NO_CARGO : cargoOf(handles),
  );
}

/** Makes a message of bytes as they are. */
export function bytesParcel(bytes: Uint8Array): Parcel {
  return new Parcel(
    {
      byteLength: bytes.byteLength,
      writeTo: (target) => target.set(bytes),
      snapshot: () => bytesParcel(bytes.slice()),
    },
    true,
    NO_CARGO,
  );
}

/**
 * Turns a message into its value; into a promise of it if modules of shared
 * objects in it have to be loaded first.
 */
export function fromBytes(bytes: Uint8Array): unknown {
  try {
    return decode(bytes, REVIVE);
  } catch (error) {
    if (!(error instanceof ModuleNeededError)) throw error;
    return loadAndDecode(bytes.slice(), error.module);
  }
}

async function loadAndDecode(
  bytes: Uint8Array,
  module: string,
): Promise<unknown> {
  await import(module);
  return fromBytes(bytes);
}
