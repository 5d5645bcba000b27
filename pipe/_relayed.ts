import type { RelayedMethods } from "../_internal/handles/mod.ts";
import {
  checkWait,
  isTimeoutError,
  timeoutError,
  type WaitOptions,
} from "../_internal/parking/mod.ts";
import { asBytes, bytesToSend, intoBytes } from "./_byte_messages.ts";
import { RECEIVING } from "./_errors.ts";
import type { Connection } from "./connection.ts";

/** How a hub is asked for what a connection does. */
export const CONNECTION_METHODS: RelayedMethods = {
  ready: {},
  readable: { accessor: true, constant: true },
  writable: { accessor: true, constant: true },
  send: { value: 0, wait: 1, quick: "trySend", ahead: true },
  sendSync: { as: "send", value: 0, wait: 1, quick: "trySend", sync: true },
  trySend: { value: 0, sync: true },
  sendBytes: {
    bytes: 0,
    wait: 3,
    ahead: true,
    prepare([bytes, offset, size, wait]) {
      const sent = bytesToSend(
        bytes as Uint8Array,
        offset as number | undefined,
        size as number | undefined,
      );
      return [sent, 0, undefined, wait];
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
    instead: (connection, [target, offset, wait]) =>
      receiveInto(
        connection as Connection<unknown>,
        target as Uint8Array,
        offset as number | undefined,
        wait as WaitOptions | undefined,
      ),
  },
  poll: { wait: 0, prepare: ([wait = { timeout: 0 }]) => [wait] },
  close: { post: () => true, alsoHere: true, last: true },
};

/** Receives bytes into what there is room in when they have come. */
async function receiveInto(
  connection: Connection<unknown>,
  target: Uint8Array,
  offset = 0,
  wait: WaitOptions = {},
): Promise<number> {
  checkWait(wait);
  intoBytes(target, offset);
  const { timeout = Infinity, signal } = wait;
  const end = performance.now() + timeout;
  for (;;) {
    const left = timeout === Infinity ? timeout : end - performance.now();
    if (!await connection.poll({ timeout: left, signal })) {
      throw timeoutError(RECEIVING, timeout);
    }
    const room = Math.max(0, target.byteLength - offset);
    try {
      const bytes = await connection.recvBytes(room, { timeout: 0 });
      target.set(bytes, offset);
      return bytes.byteLength;
    } catch (error) {
      // Somebody else was faster.
      if (!isTimeoutError(error)) throw error;
    }
  }
}
