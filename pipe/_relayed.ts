import type { RelayedMethods } from "../_internal/handles/mod.ts";
import { asBytes, checkRange, intoBytes } from "./_byte_messages.ts";

/** How a hub is asked for what a connection does. */
export const CONNECTION_METHODS: RelayedMethods = {
  ready: {},
  readable: { accessor: true, constant: true },
  writable: { accessor: true, constant: true },
  send: { value: 0, wait: 1, quick: "trySend" },
  sendSync: { as: "send", value: 0, wait: 1, quick: "trySend", sync: true },
  trySend: { value: 0, sync: true },
  sendBytes: {
    bytes: 0,
    wait: 3,
    prepare([bytes, offset = 0, size, wait]) {
      const given = bytes as Uint8Array;
      const start = offset as number;
      checkRange("send", given, start, (size as number | undefined) ?? 0);
      const end = size === undefined ? undefined : start + (size as number);
      return [given.subarray(start, end), 0, undefined, wait];
    },
  },
  recv: { wait: 0, quick: "tryRecv", gives: "value" },
  recvSync: {
    as: "recv",
    wait: 0,
    quick: "tryRecv",
    sync: true,
    gives: "value",
  },
  tryRecv: { sync: true, gives: "try" },
  recvBytes: {
    wait: 1,
    prepare([maxLength = Infinity, wait]) {
      asBytes(maxLength as number);
      return [maxLength, wait];
    },
  },
  recvBytesInto: {
    as: "recvBytes",
    wait: 1,
    prepare([target, offset = 0, wait]) {
      const given = target as Uint8Array;
      intoBytes(given, offset as number);
      return [Math.max(0, given.byteLength - (offset as number)), wait];
    },
    finish(bytes, [target, offset = 0]) {
      (target as Uint8Array).set(bytes as Uint8Array, offset as number);
      return (bytes as Uint8Array).byteLength;
    },
  },
  poll: { wait: 0, prepare: ([wait = { timeout: 0 }]) => [wait] },
  close: { post: () => true, alsoHere: true },
};
