import { isRunning, refuseToSend, show } from "../_internal/handles/mod.ts";
import type { ParentFacts } from "../_internal/launch/mod.ts";
import {
  PARTICIPANT,
  participantAt,
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
  type WaitOptions,
} from "../_internal/parking/mod.ts";

/**
 * The process that started this one, as its child sees it.
 *
 * To watch it, this process needs shared memory: Linux and `--allow-ffi`.
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
      place: parent.#place,
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
   * @throws {Error} without shared memory, where a child cannot tell
   */
  isAlive(): boolean {
    return isRunning(this.#memory(), this.#id);
  }

  /**
   * Waits for its end, which is noticed within half a second.
   *
   * @throws {DOMException} `TimeoutError` if it does not end in time
   */
  async join(wait?: WaitOptions): Promise<void> {
    checkWait(wait);
    if (!this.isAlive()) return;
    const { parking, list } = this.#place;
    await parking.wait(
      list,
      () => this.isAlive() ? NOT_YET : undefined,
      this.#patience,
      `join ${this.name}`,
      wait,
    );
  }

  get #place(): { parking: Parking; list: number } {
    return {
      parking: parkingOf(this.#memory()),
      list: participantAt(slotOf(this.#id)) + PARTICIPANT.JOINERS,
    };
  }

  #memory() {
    if (this.#id === 0 || !reachesProcesses()) {
      throw new Error(
        `Cannot watch ${this.name}: this process has no --allow-ffi, by which children see how their parent is`,
      );
    }
    return processMemory();
  }
}
