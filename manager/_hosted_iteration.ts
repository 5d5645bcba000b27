import { checkWhole } from "../_internal/check.ts";
import type { Method } from "./_hosted.ts";

/** Items that are given at a time. */
const BATCH = 1_000;

/** The methods by which proxies iterate over what an object holds at one moment. */
export function iterationOf<T>(
  itemsOf: (object: T) => readonly unknown[],
): Record<"iterate" | "next" | "stop", Method<T>> {
  return {
    iterate(object, _args, { session }) {
      const items = itemsOf(object);
      if (items.length <= BATCH) return [items, undefined];
      const batches = batchesOf([...items]);
      return [batches.next().value, session.addCursor(batches)];
    },
    next(_object, [cursor], { session }) {
      const number = checkWhole(cursor, "cursor", "iterate");
      const batches = session.cursors.get(number);
      const next = batches?.next();
      if (next === undefined || next.done) {
        session.cursors.delete(number);
        return [[], undefined];
      }
      return [next.value, number];
    },
    stop(_object, [cursor], { session }) {
      session.cursors.delete(checkWhole(cursor, "cursor", "iterate"));
    },
  };
}

function* batchesOf(
  items: readonly unknown[],
): Generator<unknown[], undefined> {
  for (let at = 0; at < items.length; at += BATCH) {
    yield items.slice(at, at + BATCH);
  }
  return undefined;
}
