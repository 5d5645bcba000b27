import { isRunning } from "../_internal/handles/mod.ts";
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
  NOT_YET,
  parkingOf,
  Patience,
  type WaitOptions,
} from "../_internal/parking/mod.ts";

/** The process that started this one, as its child sees it. */
export class ParentProcess {
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
    const memory = this.#memory();
    if (!isRunning(memory, this.#id)) return;
    await parkingOf(memory).wait(
      participantAt(slotOf(this.#id)) + PARTICIPANT.JOINERS,
      () => isRunning(memory, this.#id) ? NOT_YET : undefined,
      this.#patience,
      `join ${this.name}`,
      wait,
    );
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
