import { checkOptions, refuseOptions } from "../_internal/check.ts";
import { kindOfValue } from "../_internal/show_value.ts";
import { Lock } from "./lock.ts";
import { RLock } from "./r_lock.ts";

const LIKELY = { boolean: "lock" };

/** Which lock goes with a shared value or array. */
export interface SharedLockOptions {
  /**
   * A lock of yours to go with it; `true` for an `RLock` of its own, as in
   * Python; `false` for none. Default: `true`.
   */
  lock?: boolean | Lock | RLock | undefined;
}

/**
 * The lock that goes with a value or an array. One of its own is made when it is
 * asked for first, at the latest to be sent: until then nobody else can want it.
 */
export class LockPart {
  readonly #subject: string;
  #lock: Lock | RLock | undefined;
  #isToBeMade = false;

  /**
   * @param subject what it goes with, as in "shared value"
   * @throws {TypeError} if the options are none, or what is asked for is no lock
   */
  constructor(subject: string, options: SharedLockOptions) {
    const doing = `create ${subject}`;
    checkOptions(options, doing, LIKELY);
    if (isLock(options)) refuseOptions("a lock", doing, "lock: …");
    const { lock = true } = options;
    this.#subject = subject;
    if (isLock(lock)) this.#lock = lock;
    else if (typeof lock === "boolean") this.#isToBeMade = lock;
    else {
      throw new TypeError(
        `Cannot ${doing}: lock is ${
          kindOfValue(lock)
        }, not a boolean, a Lock or an RLock`,
      );
    }
  }

  /** The lock, as what travels with the object. */
  get parts(): readonly object[] {
    const lock = this.#find();
    return lock === undefined ? [] : [lock];
  }

  /** @throws {Error} if there is none */
  get lock(): Lock | RLock {
    const lock = this.#find();
    if (lock !== undefined) return lock;
    throw new Error(
      `Cannot get lock of ${this.#subject}: it was made with { lock: false }`,
    );
  }

  #find(): Lock | RLock | undefined {
    if (!this.#isToBeMade) return this.#lock;
    this.#lock = new RLock();
    this.#isToBeMade = false;
    return this.#lock;
  }
}

/** The lock among the parts that an object arrived with, as options to make it. */
export function arrivedLock([lock]: readonly object[]): SharedLockOptions {
  if (lock === undefined) return { lock: false };
  if (isLock(lock)) return { lock };
  throw new Error("Cannot receive a shared object: its lock is no lock");
}

function isLock(lock: unknown): lock is Lock | RLock {
  return lock instanceof Lock || lock instanceof RLock;
}
