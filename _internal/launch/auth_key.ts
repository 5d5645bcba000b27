import {
  openedMemory,
  processMemory,
  programKey,
  reachesProcesses,
} from "../memory/mod.ts";
import type { BootRecord } from "./boot_record.ts";
import { ownRecord } from "./self.ts";

/** The key that was set here, or had to be made without shared memory. */
let own: Uint8Array<ArrayBuffer> | undefined;

/**
 * The key by which the processes and threads of this program know each other. It
 * is random, unless somebody has set another one; who is started later inherits it.
 */
export function ownAuthKey(): Uint8Array<ArrayBuffer> {
  const told = toldKey();
  if (told !== undefined) return told;
  const memory = reachesProcesses() ? processMemory() : openedMemory("thread");
  return memory === undefined
    ? own = crypto.getRandomValues(new Uint8Array(32))
    : programKey(memory);
}

/** Sets the key of this isolate and of those that it starts from now on. */
export function setAuthKey(key: Uint8Array<ArrayBuffer>): void {
  own = key;
}

/**
 * The key that a caller chose, checked and copied, or else the one of this program.
 *
 * @param doing what to say was attempted
 * @throws {TypeError} if it is neither text nor bytes
 * @throws {RangeError} if it is empty
 */
export function chosenAuthKey(
  authKey: unknown,
  doing: string,
): Uint8Array<ArrayBuffer> {
  return authKey === undefined ? ownAuthKey() : toAuthKey(authKey, doing);
}

/**
 * Checks a key that a caller gave, and copies it.
 *
 * @param doing what to say was attempted
 * @throws {TypeError} if it is neither text nor bytes
 * @throws {RangeError} if it is empty
 */
export function toAuthKey(
  authKey: unknown,
  doing: string,
): Uint8Array<ArrayBuffer> {
  const isText = typeof authKey === "string";
  if (!isText && !(authKey instanceof Uint8Array)) {
    throw new TypeError(
      `Cannot ${doing}: authKey is neither a string nor a Uint8Array`,
    );
  }
  const bytes = isText ? new TextEncoder().encode(authKey) : authKey.slice();
  // An unset variable is more likely than the wish to let everybody in.
  if (bytes.byteLength === 0) {
    throw new RangeError(
      `Cannot ${doing}: authKey is empty; leave it out to use the key of this program`,
    );
  }
  return bytes as Uint8Array<ArrayBuffer>;
}

/**
 * Adds the key to what a child is told, if it cannot find it by itself.
 *
 * @param mapped whether it will share our memory
 */
export function withAuthKey(record: BootRecord, mapped: boolean): BootRecord {
  const key = mapped ? toldKey() : ownAuthKey();
  return key === undefined ? record : { ...record, authKey: key.toHex() };
}

/** A key that is not in the shared memory. */
function toldKey(): Uint8Array<ArrayBuffer> | undefined {
  const told = ownRecord()?.authKey;
  if (own === undefined && told !== undefined) own = Uint8Array.fromHex(told);
  return own;
}
