import { isRunning, refuseToSend, show } from "../_internal/handles/mod.ts";
import type { ParentFacts } from "../_internal/launch/mod.ts";
import {
  PARTICIPANT,
  participantAt,
  type ProcessMemory,
  processMemory,
  reachesProcesses,
  slotOf,
} from "../_internal/memory/mod.ts";
import {
  checkWait,
  makeWaitable,
  NOT_YET,
  type Parking,
  parkingOf,
  Patience,
  waitForPromise,
  type WaitOptions,
} from "../_internal/parking/mod.ts";

/** Milliseconds between looks where no memory is shared. */
const LOOK_MS = 400;

/**
 * The process that started this one, as its child sees it.
 *
 * Its end is noticed within a second. On Windows it cannot be watched.
 *
 * @example
 * ```ts
 * import { parentProcess, Process } from "@parallel/multiprocessing/process";
 * import { assertEquals } from "@std/assert";
 *
 * const child = new Process({
 *   target: async () => {
 *     const { parentProcess } = await import(
 *       "@parallel/multiprocessing/process"
 *     );
 *     Deno.exit(parentProcess()?.name === "MainProcess" ? 0 : 1);
 *   },
 * });
 * child.start();
 * assertEquals(await child.join(), 0);
 * assertEquals(parentProcess(), null);
 * ```
 */
export class ParentProcess {
  static {
    refuseToSend(ParentProcess, "a ParentProcess", "send its pid");
    show(ParentProcess, ({ name, pid }) => ({ name, pid }));
    makeWaitable(ParentProcess, (parent) => ({
      isReady: () => !parent.isAlive(),
      isReadySync: () => !parent.isAlive(),
      place: parent.#place,
      watch: lookAgain,
    }));
  }

  /** What it is called in messages. */
  readonly name: string;
  /** Its process id. */
  readonly pid: number;
  readonly #id: number;
  readonly #patience = new Patience();

  /** Made by `parentProcess()`. */
  constructor(facts: ParentFacts) {
    this.name = facts.name;
    this.pid = facts.pid;
    this.#id = facts.id;
  }

  /**
   * Whether it has not ended.
   *
   * @throws {Error} on Windows, where a child cannot tell
   */
  isAlive(): boolean {
    const memory = this.#memory;
    return memory === undefined
      ? this.#isStillOurs()
      : isRunning(memory, this.#id);
  }

  /**
   * Waits for its end, which is noticed within a second.
   *
   * @param wait how long at most, in milliseconds, and what ends the wait
   * @throws {TypeError} if `wait` is of the wrong kind
   * @throws {DOMException} `TimeoutError` if it does not end in time
   * @throws the signal's reason if it is aborted
   * @throws {Error} on Windows, where a child cannot tell
   */
  async join(wait?: WaitOptions): Promise<void> {
    checkWait(wait);
    if (!this.isAlive()) return;
    const doing = `join ${this.name}`;
    const place = this.#place;
    if (place === undefined) return await this.#joinByLooking(doing, wait);
    await place.parking.wait(
      place.list,
      () => this.isAlive() ? NOT_YET : undefined,
      this.#patience,
      doing,
      wait,
    );
  }

  async #joinByLooking(doing: string, wait?: WaitOptions): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = lookAgain(() => {
      if (!this.isAlive()) resolve();
    });
    try {
      await waitForPromise(promise, doing, wait);
    } finally {
      end();
    }
  }

  get #place(): { parking: Parking; list: number } | undefined {
    const memory = this.#memory;
    if (memory === undefined) return undefined;
    return {
      parking: parkingOf(memory),
      list: participantAt(slotOf(this.#id)) + PARTICIPANT.JOINERS,
    };
  }

  /** What tells of its end, if it is shared with it. */
  get #memory(): ProcessMemory | undefined {
    return this.#id === 0 || !reachesProcesses() ? undefined : processMemory();
  }

  /** The system gives a process another parent when its own has ended. */
  #isStillOurs(): boolean {
    if (Deno.build.os !== "windows") return Deno.ppid === this.pid;
    throw new Error(
      `Cannot watch ${this.name}: on Windows a child does not see how its parent is`,
    );
  }
}

/** Looks again and again; gives what ends that. */
function lookAgain(look: () => void): () => void {
  const timer = setInterval(look, LOOK_MS);
  return () => clearInterval(timer);
}
