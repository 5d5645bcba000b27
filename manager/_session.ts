import {
  importKnown,
  resolveTarget,
  type TargetDescription,
} from "../_internal/launch/child.ts";
import type { ObjectRef } from "./_object_ref.ts";

/** A function that somebody has told of, found when it is called first. */
export class ToldCall {
  readonly description: TargetDescription;
  call: ((...args: unknown[]) => unknown) | undefined;

  constructor(description: TargetDescription) {
    this.description = description;
  }

  /** Finds it. */
  async find(): Promise<(...args: unknown[]) => unknown> {
    return this.call ??=
      (await resolveTarget(this.description, importKnown)).call;
  }
}

/** What a manager knows of somebody who asks it. */
export abstract class Session {
  /** What to call if a call is to wait no longer, by its number. */
  readonly waits = new Map<number, () => void>();
  readonly functions = new Map<number, ToldCall>();
  /** What is held, to be given back when the session ends. */
  readonly holds = new Set<() => void>();
  /** What is being iterated over. */
  readonly cursors = new Map<number, Iterator<unknown[], undefined>>();
  #cursors = 0;

  /** Who it is, for the log. */
  abstract readonly name: string;
  abstract returned(number: number, value: unknown): void;
  abstract threw(number: number, error: unknown): void;
  abstract cancelled(number: number): void;
  /** Makes what refers to a new object of this manager. */
  abstract newRef(): ObjectRef;

  /** Ends a wait, if it goes on. */
  cancel(number: number): void {
    const withdraw = this.waits.get(number);
    if (withdraw === undefined) return;
    this.waits.delete(number);
    withdraw();
    this.cancelled(number);
  }

  /** Remembers what is being iterated over. */
  addCursor(batches: Iterator<unknown[], undefined>): number {
    this.cursors.set(++this.#cursors, batches);
    return this.#cursors;
  }

  /** The one who asked has gone: withdraws its waits, and gives back what it holds. */
  end(): void {
    const waits = [...this.waits.values()];
    this.waits.clear();
    for (const withdraw of waits) withdraw();
    for (const giveBack of [...this.holds]) giveBack();
    this.holds.clear();
    this.cursors.clear();
    this.functions.clear();
  }
}
