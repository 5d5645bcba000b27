import {
  HANDLE,
  type HandleDescription,
  type HandleLike,
} from "../codec/mod.ts";

/** The kind of {@linkcode Undelivered}. */
export const UNDELIVERED = "undelivered";

/** Stands for a value that could not be passed on: who reads it gets an error that says why. */
export class Undelivered implements HandleLike {
  readonly #reason: string;

  constructor(reason: string) {
    this.#reason = reason;
  }

  [HANDLE](): HandleDescription {
    const words = Array.from(this.#reason, (char) => char.codePointAt(0)!);
    return { kind: UNDELIVERED, module: "", words };
  }
}

/** The error that stands in words. */
export function whyUndelivered(words: readonly number[]): Error {
  return new Error(words.map((code) => String.fromCodePoint(code)).join(""));
}
