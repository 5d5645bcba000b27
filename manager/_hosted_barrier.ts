import { checkTime, checkWhole } from "../_internal/check.ts";
import { timeoutError } from "../_internal/parking/mod.ts";
import { BrokenBarrierError } from "../sync/mod.ts";
import type { Call, GivingUp } from "./_call.ts";
import { Exclusive, hostedType } from "./_hosted.ts";
import type { Session } from "./_session.ts";
import { callTold, type ToldCall } from "./_told_call.ts";
import { WaitingLine } from "./_waiting_line.ts";

class BarrierState {
  readonly parties: number;
  /** The function to call when all are there. */
  readonly action: ToldCall | undefined;
  /** Milliseconds for a wait that has no limit of its own. */
  readonly timeout: number;
  readonly #line = new WaitingLine<number>();
  /** Those who have ever waited, and how often: without them it may wait for ever. */
  readonly #known = new Map<Session, number>();
  /** Whether all have come, and its action runs. */
  #isActing = false;
  isBroken = false;

  constructor(
    parties: unknown,
    action: ToldCall | undefined,
    timeout: unknown = Infinity,
  ) {
    this.parties = checkWhole(
      parties,
      "parties",
      "create barrier",
      1,
      0x7fff_ffff,
    );
    this.action = action;
    checkTime(timeout, "timeout", "create barrier");
    this.timeout = timeout as number;
  }

  get waiting(): number {
    return this.#line.size;
  }

  /** @param isLimited whether who waits sees to it that it does not for too long */
  wait(call: Call, isLimited: boolean): unknown {
    if (this.isBroken) throw broken();
    this.#know(call.session);
    const index = this.waiting;
    if (index < this.parties - 1) {
      if (!isLimited) this.#limit(call);
      return this.#line.wait(call, {
        withdrawn: (why) => this.#withdraw(call.session, why),
      });
    }
    if (this.#line.hasGone) this.abort();
    if (this.isBroken) throw broken();
    if (this.action === undefined) return this.#open(index);
    try {
      const acted = callTold(this.action, (action) => action());
      if (!(acted instanceof Exclusive)) return this.#open(index);
      this.#isActing = true;
      return new Exclusive(
        acted.result.then(
          () => this.#open(index),
          (error) => this.#fail(error),
        ),
      );
    } catch (error) {
      return this.#fail(error);
    }
  }

  #limit(call: Call): void {
    const { timeout } = this;
    call.limit(timeout, () => {
      call.failed(timeoutError("call wait() of BarrierProxy", timeout));
      this.abort();
    });
  }

  /** Breaks it for all who wait, and who come until it is reset. */
  abort(): void {
    this.isBroken = true;
    this.#line.sendAway(broken());
  }

  reset(): void {
    this.#line.sendAway(
      new BrokenBarrierError("Cannot wait at barrier: barrier was reset"),
    );
    this.isBroken = false;
  }

  /** Nobody can come any more: whoever still waits does so in vain. */
  end(): void {
    this.abort();
    for (const session of this.#known.keys()) session.holds.delete(this);
    this.#known.clear();
  }

  #open(index: number): number {
    this.#isActing = false;
    if (this.isBroken) throw broken();
    let next = 0;
    this.#line.letAllGo(() => next++);
    return index;
  }

  #fail(error: unknown): never {
    this.#isActing = false;
    this.abort();
    throw error;
  }

  #withdraw(session: Session, why: GivingUp): void {
    // All are there already while it acts: without one the others must not pass.
    if (why !== "aborted" || this.#isActing) return this.abort();
    const waits = this.#known.get(session)! - 1;
    this.#known.set(session, waits);
    if (waits > 0) return;
    // As if it had never come.
    this.#known.delete(session);
    session.holds.delete(this);
  }

  #know(session: Session): void {
    const waits = this.#known.get(session) ?? 0;
    this.#known.set(session, waits + 1);
    if (waits > 0) return;
    session.holds.set(this, (well) => {
      this.#known.delete(session);
      if (!well) this.abort();
    });
  }
}

function broken(): BrokenBarrierError {
  return new BrokenBarrierError("Cannot wait at barrier: barrier is broken");
}

/** Barriers for others. */
export const BARRIER = hostedType<BarrierState>(
  "BarrierProxy",
  (call) => {
    const [parties, action, timeout] = call.args;
    return new BarrierState(
      parties,
      action === undefined ? undefined : call.told(action),
      timeout,
    );
  },
  {
    parties: (barrier) => barrier.parties,
    waiting: (barrier) => barrier.waiting,
    broken: (barrier) => barrier.isBroken,
    wait: (barrier, [isLimited], call) =>
      barrier.wait(call, isLimited === true),
    reset: (barrier) => barrier.reset(),
    abort: (barrier) => barrier.abort(),
  },
  (barrier) => barrier.end(),
);
