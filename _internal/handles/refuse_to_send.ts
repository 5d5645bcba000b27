import { HANDLE } from "../codec/mod.ts";

/**
 * Lets no object of a class be sent, nor of one that extends it: without this it
 * would arrive as one that has nothing in it.
 *
 * @param what the class with its article, as in "a Listener"
 * @param instead what to do, after "belongs to the thread that made it"
 */
export function refuseToSend(
  { prototype }: { readonly prototype: object },
  what: string,
  instead: string,
): void {
  Object.defineProperty(prototype, HANDLE, {
    value(): never {
      throw new TypeError(
        `${what} belongs to the thread that made it; ${instead}`,
      );
    },
  });
}
