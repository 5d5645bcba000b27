import {
  type Contents,
  readNumber,
  writeNumber,
} from "../_internal/channel/mod.ts";

/*
 * What goes between a pool and its workers: 12 bytes, then a body.
 *
 * | byte | to a worker              | from a worker                               |
 * | ---- | ------------------------ | ------------------------------------------- |
 * | 0    | kind: a value of TO      | kind: a value of FROM                       |
 * | 1    | flags: of TASK           | flags: of RESULT                            |
 * | 2, 3 |                          | number of the worker                        |
 * | 4-7  | number of the task       | number of the task                          |
 * | 8-11 | number of the function   | microseconds that it ran; all ones: unknown |
 */

/** Kinds of messages to a worker. */
export const TO = {
  /** Here is a function: its description. */
  FUNCTION: 1,
  /** Call the function with these arguments. */
  CALL: 2,
  /** Call it for each of these items; give the results, or throw the first error. */
  MAP: 3,
  /** The same with an array of arguments for each. */
  STAR_MAP: 4,
  /** Call it for each of these items; say of each how it went. */
  TRY_EACH: 5,
  /** No more will come: finalize, and end. */
  END: 6,
} as const;

/** Flags of a task. */
export const TASK = {
  /** Say when it begins: once its module is loaded. */
  ANNOUNCE: 1,
  /** Measure how long it runs. */
  MEASURE: 2,
} as const;

/** Flag of what tells a worker of a function: it is told again of those before. */
export const FORGET = 1;

/** Flag of what tells a worker to end: without its finalizer. */
export const UNFINISHED = 1;

/** Kinds of messages from a worker. */
export const FROM = {
  READY: 1,
  /** The initializer has thrown this. */
  INITIALIZER_FAILED: 2,
  BEGUN: 3,
  RETURNED: 4,
  THREW: 5,
  /** The initializer is about to be found and run. */
  INITIALIZING: 6,
  /** Nothing comes after this. */
  FINISHED: 7,
} as const;

/** Flags of a message from a worker. */
export const RESULT = {
  /** The worker uses more memory than it may. */
  OVER_LIMIT: 1,
} as const;

/** How a call of TRY_EACH went: its result, or nothing and its error. */
export type Outcome<R = unknown> = [R] | [undefined, unknown];

/**
 * What errors call the results of MAP and STAR_MAP: only the pool knows which place the
 * first of them has among all.
 */
export const CHUNK = "chunk";

export const HEADER_BYTES = 12;
/** Where the last number of a header is, which means another thing in each direction. */
const LAST = 8;
/** Stands for a run time that was not measured. */
export const UNMEASURED = 0xffff_ffff;

/** A message: a header before a body. */
export class Message implements Contents {
  readonly #kind: number;
  readonly #flags: number;
  readonly #worker: number;
  readonly #task: number;
  readonly #last: number;
  readonly #body: Contents;

  /** @param last the function, or how long it ran */
  constructor(
    kind: number,
    flags: number,
    worker: number,
    task: number,
    last: number,
    body: Contents,
  ) {
    this.#kind = kind;
    this.#flags = flags;
    this.#worker = worker;
    this.#task = task;
    this.#last = last;
    this.#body = body;
  }

  get byteLength(): number {
    return HEADER_BYTES + this.#body.byteLength;
  }

  writeTo(target: Uint8Array, at = 0): void {
    target[at] = this.#kind;
    target[at + 1] = this.#flags;
    target[at + 2] = this.#worker;
    target[at + 3] = this.#worker >> 8;
    writeNumber(target, at + 4, this.#task);
    writeNumber(target, at + LAST, this.#last);
    this.#body.writeTo(target, at + HEADER_BYTES);
  }

  snapshot(): Message {
    return new Message(
      this.#kind,
      this.#flags,
      this.#worker,
      this.#task,
      this.#last,
      this.#body.snapshot(),
    );
  }
}

/** A body of bytes that do not change. */
export function contentsOf(bytes: Uint8Array): Contents {
  const contents: Contents = {
    byteLength: bytes.byteLength,
    writeTo: (target, at = 0) => target.set(bytes, at),
    snapshot: () => contents,
  };
  return contents;
}

/** Reads the number of the worker. */
export function workerOf(bytes: Uint8Array): number {
  return bytes[2] | bytes[3] << 8;
}

/** Reads the number of the task. */
export function taskOf(bytes: Uint8Array): number {
  return readNumber(bytes, 4);
}

/** Reads the number of the function, in a message to a worker. */
export function functionOf(bytes: Uint8Array): number {
  return readNumber(bytes, LAST);
}

/** Reads the microseconds that it ran, in a message from a worker. */
export function runTimeOf(bytes: Uint8Array): number {
  return readNumber(bytes, LAST);
}
