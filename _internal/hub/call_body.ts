import { encode } from "../codec/mod.ts";
import { holdingOf, type RelayedMethod } from "../handles/mod.ts";
import { type Body, bytesBody, FORM, NO_BODY } from "./messages.ts";

const TO = "another process";
const DESTINATION = { reach: "hub" };

/** What a request brings. */
export interface Message {
  readonly form: number;
  readonly body: Body;
  /** Cells and generations that a user's value carries, in turn. */
  readonly cells: readonly number[];
}

const NO_CELLS: readonly number[] = [];

export const noMessage: Message = {
  form: FORM.NOTHING,
  body: NO_BODY,
  cells: NO_CELLS,
};

/**
 * The arguments of a method, but for how long to wait. Valid until the next are made.
 *
 * @throws {TypeError} if one of them cannot be sent
 */
export function encodeCall(
  { value, bytes, wait }: RelayedMethod,
  args: readonly unknown[],
): Message {
  if (value !== undefined) {
    const encoded = encode(args[value], {
      root: "message",
      to: TO,
      destination: DESTINATION,
    });
    return { form: FORM.VALUE, body: encoded, cells: cellsOf(encoded.handles) };
  }
  if (bytes !== undefined) {
    const body = bytesBody(args[bytes] as Uint8Array);
    return { form: FORM.RAW, body, cells: NO_CELLS };
  }
  const told = args.filter((_, index) => index !== wait);
  while (told.length > 0 && told.at(-1) === undefined) told.pop();
  if (told.length === 0) return noMessage;
  try {
    return plainMessage(told);
  } catch (error) {
    throw new UnsendableError("Cannot send arguments", { cause: error });
  }
}

/** Thrown where an argument cannot be sent that is no value of the user's. */
export class UnsendableError extends Error {}

/** A value that the hub reads. */
export function plainMessage(value: unknown, thrown = false): Message {
  const encoded = encode(value, {
    root: "args",
    to: TO,
    destination: DESTINATION,
    thrown,
  });
  return { form: FORM.PLAIN, body: encoded, cells: NO_CELLS };
}

/** The cells, and generations, of handles. */
export function cellsOf(handles: readonly object[]): readonly number[] {
  if (handles.length === 0) return NO_CELLS;
  return handles.flatMap((handle) => {
    const place = holdingOf(handle)?.place;
    return place === undefined ? [] : [place.cell, place.generation];
  });
}

/** Says that something has been done, or how it has failed. */
export function doneMessage(what: () => unknown): Message {
  try {
    what();
    return plainMessage([]);
  } catch (error) {
    try {
      return plainMessage([error], true);
    } catch (problem) {
      return plainMessage([problem], true);
    }
  }
}
