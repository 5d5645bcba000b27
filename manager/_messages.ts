import {
  type Contents,
  readNumber,
  writeNumber,
} from "../_internal/channel/mod.ts";

/*
 * What goes between clients and a manager: a header, then a body.
 *
 * | byte  | of a request                        | of a reply            |
 * | ----- | ----------------------------------- | --------------------- |
 * | 0     | kind: a value of ASK                | kind: a value of TELL |
 * | 1     | length of the name                  |                       |
 * | 4-7   | number of the request               | number of the request |
 * | 8-11  | the object, or what is counted      |                       |
 * | 12-15 | its generation                      |                       |
 * | 16-19 | who asks: the cell of its lane      |                       |
 * | 20-   | a name in UTF-8, then the body      |                       |
 *
 * Over a socket the last two numbers are 0: who asks is known, and numbers of
 * objects are not used again.
 */

/** Kinds of requests. */
export const ASK = {
  /** Here is who asks: a lane to reply to, the participant, and its process. */
  HELLO: 1,
  /** Make an object of the type that is named, of these arguments. */
  CREATE: 2,
  /** Call the method that is named with these arguments. */
  CALL: 3,
  /** The call of that number is to wait no longer, as it has been aborted. */
  CANCEL: 4,
  /** Here is the function of that number. */
  FUNCTION: 5,
  /** So many handles of that object have gone. */
  RELEASE: 6,
  /** End. */
  STOP: 7,
  /** Who asks ends by itself, and well. */
  BYE: 8,
  /** The call of that number is to wait no longer, as its time is over. */
  LATE: 9,
} as const;

/** Kinds of replies. */
export const TELL = {
  RETURNED: 1,
  THREW: 2,
  /** It waited, and was told to wait no longer; nothing has happened. */
  CANCELLED: 3,
} as const;

/**
 * Functions after which a client tells of all anew, and what it has told of before is
 * forgotten: those that are made anew each time would be ever more.
 */
export const MOST_FUNCTIONS = 1_000;

export const REQUEST_BYTES = 20;
export const REPLY_BYTES = 8;
/** The object that stands for the manager itself. */
export const ROOT = 0;

const MAX_NAME_BYTES = 255;
const names = new Map<string, Uint8Array>();
const MOST_NAMES = 1_000;
/** Which object a request is for. */
export type RequestTarget = readonly [cell: number, generation: number];

const NO_NAME = new Uint8Array();

/** A request. */
export class Request implements Contents {
  readonly #kind: number;
  readonly #number: number;
  readonly #object: number;
  readonly #generation: number;
  readonly #client: number;
  readonly #name: Uint8Array;
  readonly #body: Contents;

  constructor(
    kind: number,
    number: number,
    [object, generation]: RequestTarget,
    client: number,
    name: Uint8Array,
    body: Contents,
  ) {
    this.#kind = kind;
    this.#number = number;
    this.#object = object;
    this.#generation = generation;
    this.#client = client;
    this.#name = name;
    this.#body = body;
  }

  get byteLength(): number {
    return REQUEST_BYTES + this.#name.length + this.#body.byteLength;
  }

  writeTo(target: Uint8Array, at = 0): void {
    const name = this.#name;
    target[at] = this.#kind;
    target[at + 1] = name.length;
    target[at + 2] = 0;
    target[at + 3] = 0;
    writeNumber(target, at + 4, this.#number);
    writeNumber(target, at + 8, this.#object);
    writeNumber(target, at + 12, this.#generation);
    writeNumber(target, at + 16, this.#client);
    at += REQUEST_BYTES;
    for (let n = 0; n < name.length; n++) target[at + n] = name[n];
    this.#body.writeTo(target, at + name.length);
  }

  snapshot(): Request {
    return new Request(
      this.#kind,
      this.#number,
      [this.#object, this.#generation],
      this.#client,
      this.#name,
      this.#body.snapshot(),
    );
  }
}

/** A reply. */
export class Reply implements Contents {
  readonly #kind: number;
  readonly #number: number;
  readonly #body: Contents;

  constructor(kind: number, number: number, body: Contents) {
    this.#kind = kind;
    this.#number = number;
    this.#body = body;
  }

  get byteLength(): number {
    return REPLY_BYTES + this.#body.byteLength;
  }

  writeTo(target: Uint8Array, at = 0): void {
    target[at] = this.#kind;
    target[at + 1] = target[at + 2] = target[at + 3] = 0;
    writeNumber(target, at + 4, this.#number);
    this.#body.writeTo(target, at + REPLY_BYTES);
  }

  snapshot(): Reply {
    return new Reply(this.#kind, this.#number, this.#body.snapshot());
  }
}

/**
 * A name as requests have it.
 *
 * @throws {RangeError} if it is too long
 */
export function nameBytes(name: string): Uint8Array {
  if (name === "") return NO_NAME;
  let bytes = names.get(name);
  if (bytes === undefined) {
    bytes = new TextEncoder().encode(name);
    if (bytes.length > MAX_NAME_BYTES) {
      throw new RangeError(
        `Cannot send name: it has ${bytes.length} bytes, of ${MAX_NAME_BYTES} at most`,
      );
    }
    if (names.size === MOST_NAMES) names.clear();
    names.set(name, bytes);
  }
  return bytes;
}

/** The name in a request. */
export function nameIn(message: Uint8Array): string {
  const end = REQUEST_BYTES + message[1];
  let name = "";
  for (let at = REQUEST_BYTES; at < end; at++) {
    if (message[at] > 0x7f) {
      // The decoder does not read shared memory.
      return new TextDecoder().decode(message.slice(REQUEST_BYTES, end));
    }
    name += String.fromCharCode(message[at]);
  }
  return name;
}

/** What follows the name in a request. */
export function bodyOf(message: Uint8Array): Uint8Array {
  return message.subarray(REQUEST_BYTES + message[1]);
}

/** The number of a request, also in its reply. */
export function numberIn(message: Uint8Array): number {
  return readNumber(message, 4);
}

/** The object of a request. */
export function objectIn(message: Uint8Array): number {
  return readNumber(message, 8);
}

/** The generation of the object of a request. */
export function generationIn(message: Uint8Array): number {
  return readNumber(message, 12);
}

/** Who asks. */
export function clientIn(message: Uint8Array): number {
  return readNumber(message, 16);
}
