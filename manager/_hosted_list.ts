import { whole } from "./_call.ts";
import { andThen } from "./_promises.ts";
import { hostedType } from "./_hosted.ts";
import { iterationOf } from "./_hosted_iteration.ts";
import { compareValues, findSame } from "./_structure.ts";

type Items = unknown[];

/** More are not passed as arguments, which the stack has to hold. */
const MANY = 10_000;

/** Arrays for others. */
export const LIST = hostedType<Items>(
  "ListProxy",
  ({ args: [items] }) => [...itemsIn(items ?? [])],
  {
    length: (list) => list.length,
    at: (list, [index]) => list.at(whole(index, "index")),
    set(list, [index, item]) {
      list[placeOf(list, index, "set")] = item;
    },
    push(list, items) {
      append(list, items);
      return list.length;
    },
    pop(list, [index]) {
      const place = indexIn(list, index);
      if (place < 0 || place >= list.length) return undefined;
      return place === list.length - 1 ? list.pop() : list.splice(place, 1)[0];
    },
    insert(list, [index, item]) {
      list.splice(whole(index, "index"), 0, item);
    },
    splice: (list, [start, count, ...items]) =>
      list.splice(
        whole(start, "start"),
        count === undefined ? list.length : whole(count, "deleteCount"),
        ...items,
      ),
    extend: (list, [items]) => append(list, itemsIn(items)),
    remove(list, [item]) {
      const place = findSame(list, item);
      if (place >= 0) list.splice(place, 1);
      return place >= 0;
    },
    indexOf: (list, [item, from]) => {
      const start = whole(from, "from");
      return findSame(list, item, start < 0 ? start + list.length : start);
    },
    includes: (list, [item]) => findSame(list, item) >= 0,
    count(list, [item]) {
      let count = 0;
      for (let at = findSame(list, item); at >= 0; count++) {
        at = findSame(list, item, at + 1);
      }
      return count;
    },
    reverse(list) {
      list.reverse();
    },
    sort(list, [compare], call) {
      const sortBy = (order: (a: unknown, b: unknown) => unknown) => {
        // What is thrown half-way leaves the list as it was.
        const sorted = list.toSorted((a, b) => Number(order(a, b)));
        for (let n = 0; n < sorted.length; n++) list[n] = sorted[n];
      };
      return compare === undefined
        ? sortBy(compareValues)
        : call.with(compare, sortBy);
    },
    slice: (list, [start, end]) =>
      list.slice(optional(start, "start"), optional(end, "end")),
    clear(list) {
      list.length = 0;
    },
    toArray: (list) => list,
    modify: (list, [index, fn, ...args], call) =>
      call.with(fn, (modify) => {
        const place = placeOf(list, index, "modify");
        return andThen(modify(list[place], ...args), (item) => {
          list[place] = item;
          return item;
        });
      }),
    ...iterationOf((list: Items) => list),
  },
);

function itemsIn(items: unknown): readonly unknown[] {
  if (Array.isArray(items)) return items;
  throw new TypeError("Cannot use items: they are not an array");
}

function append(list: Items, items: readonly unknown[]): void {
  if (items.length < MANY) list.push(...items);
  else for (const item of items) list.push(item);
}

function indexIn(list: Items, index: unknown): number {
  const place = whole(index, "index");
  return place < 0 ? place + list.length : place;
}

function placeOf(list: Items, index: unknown, doing: string): number {
  const place = indexIn(list, index);
  if (place >= 0 && place < list.length) return place;
  throw new RangeError(
    `Cannot ${doing} item ${index}: the list has ${list.length}`,
  );
}

function optional(value: unknown, name: string): number | undefined {
  return value === undefined ? undefined : whole(value, name);
}
