import { ALWAYS, type RelayedMethods } from "../_internal/handles/mod.ts";

/** How a hub is asked for what any queue does. */
export const ITEM_METHODS: RelayedMethods = {
  ready: {},
  isEmpty: { sync: true },
  put: { value: 0, wait: 1, quick: "tryPut", ahead: true },
  tryPut: { value: 0, sync: true },
  putSync: { as: "put", value: 0, wait: 1, quick: "tryPut", sync: true },
  get: { wait: 0, quick: "tryGet", gives: "value", lends: true },
  tryGet: { sync: true, gives: "try" },
  getSync: {
    as: "get",
    wait: 0,
    quick: "tryGet",
    sync: true,
    gives: "value",
  },
  close: { post: ALWAYS, last: true },
};

/** How a hub is asked for what a queue does whose size is known. */
export const QUEUE_METHODS: RelayedMethods = {
  ...ITEM_METHODS,
  size: { accessor: true },
  maxSize: { accessor: true, constant: true },
  isFull: { sync: true },
};
