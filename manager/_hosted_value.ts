import { dataType } from "./_hosted.ts";
import { modify } from "./_modify.ts";

interface Box {
  value: unknown;
}

/** Single values for others. */
export const VALUE = dataType<Box>(
  "ValueProxy",
  ({ args: [value] }) => ({ value }),
  {
    get: (box) => box.value,
    set(box, [value]) {
      box.value = value;
    },
    swap(box, [value], call) {
      call.onSent(() => {
        box.value = value;
      });
      return box.value;
    },
    modify: (box, told, call) =>
      modify(call, told, () => ({
        value: box.value,
        store(value) {
          box.value = value;
        },
      })),
  },
);
