import { Parcel } from "../channel/mod.ts";
import {
  decode,
  encode,
  type Encoded,
  type HandleDescription,
} from "../codec/mod.ts";
import { isHeldElsewhere, type Memory } from "../memory/mod.ts";
import { Opaque, parcelOf, toPassOn } from "./opaque.ts";
import { ModuleNeededError, revive, reviveFromHub } from "./revive.ts";
import { cargoOf } from "./shareable.ts";

const NO_CARGO = [] as const;
const NO_CELLS: readonly number[] = [];
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
  hub: {
    root: "message",
    to: "another process",
    destination: { reach: "hub" },
  },
  remote: {
    root: "message",
    to: "another program",
    destination: { reach: "remote" },
  },
} as const;

/** Where messages are sent from: a memory, and a cell of what they are sent by. */
interface Sender {
  readonly memory: Memory;
  readonly cell: number;
}

/** Makes an object for what stands in a message that carried cells. */
type Revive = (
  description: HandleDescription,
  carried: readonly number[],
) => object;

/** Makes the objects in messages, and keeps them until the message is whole. */
class Revival {
  readonly #revive: Revive;
  /** What the message that is being read has brought so far. */
  #made: object[] = [];
  /** The cells that it carried. */
  #carried = NO_CELLS;

  constructor(revive: Revive) {
    this.#revive = revive;
  }

  readonly revive = (description: HandleDescription): object => {
    const object = this.#revive(description, this.#carried);
    this.#made.push(object);
    return object;
  };

  /** Decodes, if need be once more for each module that is to be loaded for it. */
  decode(bytes: Uint8Array, carried: readonly number[]): unknown {
    // What is read may run code of the user's, which receives a message, too.
    const outer = this.#carried;
    this.#carried = carried;
    try {
      return decode(bytes, this);
    } catch (error) {
      if (!(error instanceof ModuleNeededError)) throw error;
      const kept = bytes.slice();
      const made = this.#made;
      return error.load().then(() => {
        // The same are made again; if nobody had referred to them meanwhile, they
        // could have been collected, and let go of.
        this.#made.push(...made);
        return this.decode(kept, carried);
      });
    } finally {
      this.#carried = outer;
      if (this.#made.length > 0) this.#made = [];
    }
  }
}

const LOCAL = new Revival(revive);
const FROM_HUB = new Revival(reviveFromHub);

/**
 * Turns a value into a message; valid until the next one is.
 *
 * @throws {TypeError} if the value cannot be sent to all who may get it
 */
export function toParcel(value: unknown, sender: Sender): Parcel {
  if (value instanceof Opaque) return value.parcel;
  const encoded = encodeFor(value, sender);
  const { handles } = encoded;
  return new Parcel(
    encoded,
    false,
    handles.length === 0 ? NO_CARGO : cargoOf(handles),
  );
}

function encodeFor(value: unknown, { memory, cell }: Sender): Encoded {
  if (memory.reach === "process") return encode(value, MESSAGE.process);
  // What clients of a hub may not have is an object, or nobody's: so they are looked for then.
  const isForThreads = () => !isHeldElsewhere(memory, cell);
  try {
    const encoded = encode(value, MESSAGE.thread);
    if (encoded.handles.length === 0 || isForThreads()) return encoded;
  } catch (error) {
    if (isForThreads()) throw error;
  }
  return encode(value, MESSAGE.hub);
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
  cells: readonly number[],
): unknown {
  return toPassOn(bytes, cells) ?? LOCAL.decode(bytes, cells);
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
  // The hub gives what this process has had, and nothing else.
  return FROM_HUB.decode(bytes, NO_CELLS);
}
