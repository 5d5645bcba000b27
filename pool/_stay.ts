import { HANDLE } from "../_internal/codec/mod.ts";

/**
 * Lets no object of a class be sent: without this it would arrive as one that has
 * nothing in it.
 *
 * @param advice what it is and what to do, after "belongs to the thread that made it"
 */
export function keepHere(
  { prototype }: { readonly prototype: object },
  name: string,
  advice: string,
): void {
  Object.defineProperty(prototype, HANDLE, {
    value(): never {
      throw new TypeError(
        `${name} belongs to the thread that made it; ${advice}`,
      );
    },
  });
}
