import { checkWhole, optionalWhole } from "../_internal/check.ts";
import { kindOfValue } from "../_internal/show_value.ts";
import { andThen } from "./_and_then.ts";
import { newArray, type NumberArray } from "./_array_kinds.ts";
import { dataType } from "./_hosted.ts";
import { iterationOf } from "./_hosted_iteration.ts";
import { placeIn } from "./_place_in.ts";

/** Typed arrays for others. */
export const ARRAY = dataType<NumberArray>(
  "ArrayProxy",
  ({ args: [kind, content] }) => newArray(kind, content),
  {
    length: (array) => array.length,
    at: (array, [index]) => array.at(checkWhole(index, "index", "get item")),
    set(array, [index, value]) {
      put(array, placeIn(array.length, index, "set", "array"), value);
    },
    fill(array, [value, start, end]) {
      check(array, value);
      (array as Float64Array).fill(
        value as number,
        checkWhole(start, "start", "fill array"),
        optionalWhole(end, "end", "fill array"),
      );
    },
    slice: (array, [start, end]) =>
      array.slice(
        optionalWhole(start, "start", "slice array"),
        optionalWhole(end, "end", "slice array"),
      ),
    toArray: (array) => array,
    modify: (array, [index, fn, ...args], call) =>
      call.with(fn, (modify) => {
        const place = placeIn(array.length, index, "modify", "array");
        return andThen(modify(array[place], ...args), (value) => {
          put(array, place, value);
          return array[place];
        });
      }),
    ...iterationOf((array: NumberArray) => [...array]),
  },
);

function put(array: NumberArray, place: number, value: unknown): void {
  check(array, value);
  array[place] = value as never;
}

function check(array: NumberArray, value: unknown): void {
  const isBig = array instanceof BigInt64Array ||
    array instanceof BigUint64Array;
  if (isBig ? typeof value === "bigint" : typeof value === "number") return;
  throw new TypeError(
    `Cannot set item: it is ${kindOfValue(value)}, not a ${
      isBig ? "bigint" : "number"
    }`,
  );
}
