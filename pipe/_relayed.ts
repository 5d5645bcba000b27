import { ALWAYS, type RelayedMethods } from "../_internal/handles/mod.ts";
import {
  checkWait,
  isTimeoutError,
  timeoutError,
  type WaitOptions,
} from "../_internal/parking/mod.ts";
import { asBytes, bytesToSend, intoBytes } from "./_byte_messages.ts";
import { RECEIVING } from "./_errors.ts";
import { BrokenPipeError } from "./broken_pipe_error.ts";
import type { Connection } from "./connection.ts";
import { EndOfStreamError } from "./end_of_stream_error.ts";

const SENDS = {
  lost: ({ message }: Error) => new BrokenPipeError(message),
};
const RECEIVES = {
  lost: ({ message }: Error) => new EndOfStreamError(message),
};

/** How a hub is asked for what a connection does. */
export const CONNECTION_METHODS: RelayedMethods = {
  ready: {},
  readable: { accessor: true, constant: true },
  writable: { accessor: true, constant: true },
  send: { ...SENDS, value: 0, wait: 1, quick: "trySend", ahead: true },
  sendSync: {
    ...SENDS,
    as: "send",
    value: 0,
    wait: 1,
    quick: "trySend",
    sync: true,
  },
  trySend: { ...SENDS, value: 0, sync: true },
  sendBytes: {
    ...SENDS,
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
  recv: { ...RECEIVES, wait: 0, quick: "tryRecv", gives: "value" },
  recvSync: {
    ...RECEIVES,
    as: "recv",
    wait: 0,
    quick: "tryRecv",
    sync: true,
    gives: "value",
  },
  tryRecv: { ...RECEIVES, sync: true, gives: "try" },
  recvBytes: {
    ...RECEIVES,
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
  poll: { ...RECEIVES, wait: 0, prepare: ([wait = { timeout: 0 }]) => [wait] },
  close: { post: ALWAYS, alsoHere: true, last: true },
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
