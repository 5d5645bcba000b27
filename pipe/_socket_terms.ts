import { checkWhole } from "../_internal/check.ts";
import { chosenAuthKey } from "../_internal/launch/mod.ts";
import { LONGEST_TIMER } from "../_internal/parking/mod.ts";
import {
  importAuthKey,
  MAX_FRAME,
  type SocketTerms,
} from "../_internal/sockets/mod.ts";

/** What both sides of a connection over a socket can choose. */
export interface SocketOptions {
  /**
   * What both sides must know, as text or bytes; not empty. Default: a random key
   * that this program and the processes it starts have in common.
   */
  authKey?: string | Uint8Array | undefined;
  /**
   * Most bytes of a message that this side takes, 1 to 4294967295. The other side
   * refuses to send more. Default: 1 GiB.
   */
  maxMessage?: number | undefined;
  /**
   * Milliseconds that the other side has to prove that it knows the key, once there is
   * a connection to it, a whole number from 1 to 2147483647. Default: 5000.
   */
  authTimeout?: number | undefined;
}

const DEFAULT_MAX_MESSAGE = 2 ** 30;

/**
 * Checks what a caller has chosen.
 *
 * @param doing what to say was attempted
 */
export function termsOf(
  { authKey, maxMessage = DEFAULT_MAX_MESSAGE, authTimeout }: SocketOptions,
  doing: string,
): SocketTerms {
  checkWhole(maxMessage, "maxMessage", doing, 1, MAX_FRAME);
  if (authTimeout !== undefined) {
    checkWhole(authTimeout, "authTimeout", doing, 1, LONGEST_TIMER);
  }
  return {
    key: importAuthKey(chosenAuthKey(authKey, doing)),
    purpose: "connection",
    maxReceive: maxMessage,
    authTimeout,
  };
}
