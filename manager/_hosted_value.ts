import { andThen } from "./_promises.ts";
import { hostedType } from "./_hosted.ts";

interface Box {
  value: unknown;
}

/** Single values for others. */
export const VALUE = hostedType<Box>(
  "ValueProxy",
  ({ args: [value] }) => ({ value }),
  {
    get: (box) => box.value,
    set(box, [value]) {
      box.value = value;
    },
    swap(box, [value]) {
      const old = box.value;
      box.value = value;
      return old;
    },
    modify: (box, [fn, ...args], call) =>
      call.with(fn, (modify) =>
        andThen(modify(box.value, ...args), (value) => {
          box.value = value;
          return value;
        })),
  },
);
