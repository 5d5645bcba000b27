import { copy } from "../_internal/codec/mod.ts";
import type { Call } from "./_call.ts";
import { andThen } from "./_and_then.ts";

/** Where a value is. */
export interface Place {
  readonly value: unknown;
  store(value: unknown): void;
}

/**
 * Replaces a value by what a function makes of it. The function is given a copy, and
 * what it gives is stored once that can be sent: if anything fails, the value is as it
 * was.
 *
 * @param told number of the function, and arguments for it
 * @param find says where the value is, just before the function is called
 */
export function modify(
  call: Call,
  [fn, ...args]: readonly unknown[],
  find: () => Place,
): unknown {
  return call.with(fn, (change) => {
    const place = find();
    return andThen(change(copy(place.value), ...args), (value) => {
      call.session.checkSendable(value);
      place.store(value);
      return value;
    });
  });
}
