import { checkWhole, optionalWhole } from "../_internal/check.ts";
import { copy } from "../_internal/codec/mod.ts";
import { dataType } from "./_hosted.ts";
import { iterationOf } from "./_hosted_iteration.ts";
import { itemsIn } from "./_items_in.ts";
import { modify } from "./_modify.ts";
import { placeIn, placeOf } from "./_place_in.ts";
import { compareValues, countSame, findSame } from "./_structure.ts";

type Items = unknown[];

/** More are not passed as arguments, which the stack has to hold. */
const MANY = 10_000;

/** Arrays for others. */
export const LIST = dataType<Items>(
  "ListProxy",
  ({ args: [items] }) => [...itemsIn(items ?? [])],
  {
    length: (list) => list.length,
    at: (list, [index]) => list.at(checkWhole(index, "index", "get item")),
    set(list, [index, item]) {
      list[placeIn(list.length, index, "set", "list")] = item;
    },
    push(list, items) {
      append(list, items);
      return list.length;
    },
    pop(list, [index], call) {
      const place = placeOf(list.length, index, "pop item");
      if (place < 0 || place >= list.length) return undefined;
      call.onSent(() => {
        if (place === list.length - 1) list.pop();
        else list.splice(place, 1);
      });
      return list[place];
    },
    insert(list, [index, item]) {
      list.splice(checkWhole(index, "index", "insert item"), 0, item);
    },
    splice(list, [start, count, ...items], call) {
      const place = startIn(list, checkWhole(start, "start", "splice list"));
      const most = optionalWhole(count, "deleteCount", "splice list");
      const end = place + Math.max(0, most ?? list.length);
      call.onSent(() => {
        if (items.length < MANY) list.splice(place, end - place, ...items);
        else append(list, [...items, ...list.splice(place).slice(end - place)]);
      });
      return list.slice(place, end);
    },
    extend: (list, [items]) => append(list, itemsIn(items)),
    remove(list, [item]) {
      const place = findSame(list, item);
      if (place >= 0) list.splice(place, 1);
      return place >= 0;
    },
    indexOf: (list, [item, from]) => {
      const start = checkWhole(from, "from", "search list");
      return findSame(list, item, startIn(list, start));
    },
    includes: (list, [item]) => findSame(list, item) >= 0,
    count: (list, [item]) => countSame(list, item),
    reverse(list) {
      list.reverse();
    },
    sort(list, [compare], call) {
      // What is thrown half-way leaves the list as it was.
      if (compare === undefined) {
        return replace(list, list.toSorted(compareValues));
      }
      return call.with(compare, (order) => {
        const copies = copy(list) as Items;
        // As everywhere, what is undefined comes last, and no function is asked.
        const places = copies.map((item, n) => item === undefined ? item : n)
          .sort((a, b) => Number(order(copies[a!], copies[b!])));
        replace(list, places.map((place) => list[place!]));
      });
    },
    slice: (list, [start, end]) =>
      list.slice(
        optionalWhole(start, "start", "slice list"),
        optionalWhole(end, "end", "slice list"),
      ),
    clear(list) {
      list.length = 0;
    },
    toArray: (list) => list,
    modify: (list, [index, ...told], call) =>
      modify(call, told, () => {
        const place = placeIn(list.length, index, "modify", "list");
        return {
          value: list[place],
          store(item) {
            list[place] = item;
          },
        };
      }),
    ...iterationOf((list: Items) => list),
  },
);

function append(list: Items, items: readonly unknown[]): void {
  if (items.length < MANY) list.push(...items);
  else for (const item of items) list.push(item);
}

/** Replaces all items by as many. */
function replace(list: Items, items: Items): void {
  for (let n = 0; n < items.length; n++) list[n] = items[n];
}

/** Where to begin, as for the methods of an array: what lies outside is an end of it. */
function startIn({ length }: Items, index: number): number {
  return index < 0 ? Math.max(0, index + length) : Math.min(index, length);
}
