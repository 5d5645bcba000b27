import { DecodeError } from "../codec/mod.ts";

/*
 * What a client and its hub tell each other, one in a frame.
 *
 * A request:
 *
 * 1 byte    kind, see ASK
 * 1 byte    flags, see FLAG
 * 1 byte    length of the name
 * 1 byte    form of the body, see FORM
 * 4 bytes   order: requests are done in this order, whatever way they come, but for
 *           those with 0, which only the link brings
 * 4 bytes   number of the call; of a message to pass on, where the value in it begins
 * 4 bytes   cell
 * 4 bytes   its generation
 * 8 bytes   milliseconds to wait at most, or NaN if that was not said
 * 2 bytes   how many cells the body carries
 * name, cells (4 bytes, and 4 of the generation, each), body
 *
 * A reply:
 *
 * 1 byte    kind, see TELL
 * 1 byte    form of the body, and 128 if it carries cells: it is to be acknowledged
 * 2 bytes   epoch: a new one ends all credit
 * 4 bytes   number of the call
 * 4 bytes   number of a guard, or of what the kind says
 * body
 */

/** Kinds of requests. */
export const ASK = {
  /** Call a method. */
  CALL: 0,
  /** Call one whose result nobody waits for. */
  POST: 1,
  /** Make an object, in reserved cells. */
  CREATE: 2,
  /** Have an object for a cell that was told of. */
  BIND: 3,
  /** The object is not needed any more. */
  RELEASE: 4,
  /** Give a call up, unless it is done. */
  CANCEL: 5,
  /** What a reply has carried is bound. */
  ACKNOWLEDGE: 6,
  /** Release a guard. */
  GUARD: 7,
  /** The guard will not be released. */
  FORGET: 8,
  /** A child is about to come, and holds the cells. */
  EXPECT: 9,
  /** It has ended, or never was: say when all that it has sent is done. */
  GONE: 10,
  /** Say when what is observed under the number in place of the cell is ready. */
  WATCH: 11,
  /** Reserve cells. */
  RESERVE: 12,
  /** What the hub has asked for is done. */
  DONE: 13,
  /** This client ends, and well. */
  BYE: 14,
  /** Remember how ready an object is now. */
  OBSERVE: 15,
  /** Forget that. */
  UNWATCH: 16,
  /** Say whether what is observed is ready. */
  LOOK: 17,
  /** Put a message whose sender does not wait: it has credit. */
  AHEAD: 18,
  /** So many messages of a loan have begun (in place of the cell), with the next one. */
  BEGUN: 19,
  /** Of a loan so many messages were begun (in place of the cell), and no more will be. */
  KEPT: 20,
  /** Say that all that the link has brought before is here, be it done or not. */
  HEARD: 21,
} as const;

/** Bits of a request. */
export const FLAG = {
  /** The caller is blocked: the answer goes by the link. */
  BLOCKED: 1,
  /** Who takes many messages may be lent those that come next, or more of them. */
  LENDS: 2,
  /** It is not to be done if what was begun just before had been lent. */
  UNLESS_BEGUN: 4,
} as const;

/** What a body is. */
export const FORM = {
  NOTHING: 0,
  /** A value that the hub reads, or has made. */
  PLAIN: 1,
  /** A user's value. */
  VALUE: 2,
  /** Bytes. */
  RAW: 3,
  /** A guard. */
  GUARD: 4,
  /** A guard of what has been abandoned. */
  ABANDONED_GUARD: 5,
  /** A value of a user of another program. */
  FOREIGN: 6,
  /** Values of users, of which all but the first are lent. */
  BATCH: 7,
} as const;

/** Kinds of replies. */
export const TELL = {
  RETURNED: 0,
  THREW: 1,
  CANCELLED: 2,
  /** Cells have been reserved: the body is their numbers and generations. */
  RESERVED: 3,
  /** Do something for the call of that number. */
  DO: 4,
  /** Credit for an object: the body is its cell, its generation, and bytes. */
  CREDIT: 5,
  /** Begin no more messages of the loan of that number: by the link. */
  RECALL: 6,
  /** More for the loan of that number, or nothing: it was asked for. */
  LENT: 7,
} as const;

/** Loans that a client may have at a time. */
export const LOAN_COUNT = 16;

export const REQUEST_BYTES = 30;
/** Where in a request its number and its cell stand. */
export const REQUEST_NUMBER_AT = 8;
export const REQUEST_CELL_AT = 12;
const REPLY_BYTES = 12;
/** Where in a reply its number stands. */
export const REPLY_NUMBER_AT = 4;
/** Bit beside the form in a reply. */
const CARRIES = 128;
/** How many epochs are told apart. */
export const EPOCHS = 1 << 16;
const CELL_BYTES = 8;

/** A request, taken apart. */
export interface Request {
  readonly kind: number;
  readonly flags: number;
  readonly form: number;
  readonly order: number;
  readonly number: number;
  readonly cell: number;
  readonly generation: number;
  /** Milliseconds, or NaN. */
  readonly timeout: number;
  readonly name: string;
  /** Cells and generations, in turn. */
  readonly cells: readonly number[];
  readonly body: Uint8Array;
}

/** A reply, taken apart. */
export interface Reply {
  readonly kind: number;
  readonly form: number;
  readonly carries: boolean;
  /** See `SessionCredits`. */
  readonly epoch: number;
  readonly number: number;
  /**
   * The number of a delivery, or of a guard; with the answer to a condition's wait 1 if its lock was
   * abandoned meanwhile.
   */
  readonly extra: number;
  readonly body: Uint8Array;
}

/** What a body is written by. */
export interface Body {
  readonly byteLength: number;
  writeTo(target: Uint8Array, at?: number): void;
  /** One that stays as it is, if this does not. */
  snapshot?(): Body;
}

export const NO_BODY: Body = { byteLength: 0, writeTo() {} };

/** What a message costs of the credit for an object. */
export function creditFor({ byteLength }: { byteLength: number }): number {
  return byteLength + REQUEST_BYTES;
}

/** Bytes that a request takes. */
export function requestLength(
  { name, cells, body }: Omit<Request, "body"> & { readonly body: Body },
): number {
  return REQUEST_BYTES + name.length + cells.length * 4 + body.byteLength;
}

/** Writes a request. */
export function writeRequest(
  target: Uint8Array<ArrayBuffer>,
  at: number,
  request: Omit<Request, "body"> & { readonly body: Body },
): void {
  const { name, cells, body } = request;
  const view = new DataView(target.buffer, target.byteOffset + at);
  view.setUint8(0, request.kind);
  view.setUint8(1, request.flags);
  view.setUint8(2, name.length);
  view.setUint8(3, request.form);
  view.setUint32(4, request.order);
  view.setUint32(REQUEST_NUMBER_AT, request.number);
  view.setInt32(REQUEST_CELL_AT, request.cell);
  view.setInt32(16, request.generation);
  view.setFloat64(20, request.timeout);
  view.setUint16(28, cells.length / 2);
  let place = REQUEST_BYTES;
  for (let n = 0; n < name.length; n++) {
    view.setUint8(place++, name.charCodeAt(n));
  }
  for (const word of cells) {
    view.setInt32(place, word);
    place += 4;
  }
  body.writeTo(target, at + place);
}

const names = new Map<string, string>();

/**
 * Takes a request apart. Its body is part of `bytes`.
 *
 * @throws {DecodeError} if it is none
 */
export function readRequest(bytes: Uint8Array): Request {
  if (bytes.length < REQUEST_BYTES) throw new DecodeError("it is cut short");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const nameEnd = REQUEST_BYTES + view.getUint8(2);
  const bodyStart = nameEnd + view.getUint16(28) * CELL_BYTES;
  if (bytes.length < bodyStart) throw new DecodeError("it is cut short");
  const cells: number[] = [];
  for (let at = nameEnd; at < bodyStart; at += 4) cells.push(view.getInt32(at));
  let name = "";
  for (let at = REQUEST_BYTES; at < nameEnd; at++) {
    name += String.fromCharCode(bytes[at]);
  }
  // One string for one name, so that it is looked up at once.
  const known = names.get(name);
  if (known === undefined && names.size < 1_000) names.set(name, name);
  return {
    kind: view.getUint8(0),
    flags: view.getUint8(1),
    form: view.getUint8(3),
    order: view.getUint32(4),
    number: view.getUint32(REQUEST_NUMBER_AT),
    cell: view.getInt32(REQUEST_CELL_AT),
    generation: view.getInt32(16),
    timeout: view.getFloat64(20),
    name: known ?? name,
    cells,
    body: bytes.subarray(bodyStart),
  };
}

/** Whether the caller is blocked, so that the answer goes by the link. */
export function isBlocked({ flags }: Request): boolean {
  return (flags & FLAG.BLOCKED) !== 0;
}

/** The order of what only the link brings, and is done at once. */
export const UNORDERED = 0;

/** The order of the request after one. */
export function nextOrder(order: number): number {
  return order + 1 >>> 0 || 1;
}

/** Where in a request its order stands. */
export function orderOf(bytes: Uint8Array): number {
  if (bytes.length < REQUEST_BYTES) throw new DecodeError("it is cut short");
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(4);
}

/** Bytes that a reply takes. */
export function replyLength(body: Body): number {
  return REPLY_BYTES + body.byteLength;
}

/** Writes a reply. */
export function writeReply(
  target: Uint8Array<ArrayBuffer>,
  at: number,
  reply: Omit<Reply, "body"> & { readonly body: Body },
): void {
  const view = new DataView(target.buffer, target.byteOffset + at);
  view.setUint8(0, reply.kind);
  view.setUint8(1, reply.form | (reply.carries ? CARRIES : 0));
  view.setUint16(2, reply.epoch);
  view.setUint32(REPLY_NUMBER_AT, reply.number);
  view.setUint32(8, reply.extra);
  reply.body.writeTo(target, at + REPLY_BYTES);
}

/** Takes a reply apart. Its body is part of `bytes`. */
export function readReply(bytes: Uint8Array): Reply {
  if (bytes.length < REPLY_BYTES) throw new DecodeError("it is cut short");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const form = view.getUint8(1);
  return {
    kind: view.getUint8(0),
    form: form & ~CARRIES,
    carries: (form & CARRIES) !== 0,
    epoch: view.getUint16(2),
    number: view.getUint32(REPLY_NUMBER_AT),
    extra: view.getUint32(8),
    body: bytes.subarray(REPLY_BYTES),
  };
}

/** Numbers as a body. */
export function wordsBody(words: readonly number[]): Body {
  return {
    byteLength: words.length * 4,
    writeTo(target, at = 0) {
      const view = new DataView(target.buffer, target.byteOffset + at);
      words.forEach((word, n) => view.setInt32(n * 4, word));
    },
  };
}

/** The numbers in a body. */
export function wordsIn(body: Uint8Array): number[] {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  return Array.from(
    { length: body.length >> 2 },
    (_, n) => view.getInt32(n * 4),
  );
}

/** Bytes as a body. */
export function bytesBody(bytes: Uint8Array): Body {
  return {
    byteLength: bytes.byteLength,
    writeTo: (target, at = 0) => target.set(bytes, at),
  };
}
