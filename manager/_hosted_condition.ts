import { checkWhole } from "../_internal/check.ts";
import type { Call, WAITS } from "./_call.ts";
import { hostedType } from "./_hosted.ts";
import { lockMethodsOf } from "./_hosted_lock.ts";
import { LockState } from "./_lock_state.ts";
import { WaitingLine } from "./_waiting_line.ts";
import { BaseProxy, refOf } from "./base_proxy.ts";

class ConditionState {
  readonly lock: LockState;
  /** Who is notified is told who waits then: up to that number. */
  readonly #line = new WaitingLine<number>();

  constructor(lock: LockState) {
    this.lock = lock;
  }

  /** Frees the lock, waits to be notified, and takes it again. */
  wait(call: Call): typeof WAITS {
    this.#checkHeld(call, "wait for");
    const tenure = this.lock.suspend();
    const resume = (then: () => void) => this.lock.resume(call, tenure, then);
    return this.#line.wait(call, {
      go: (last) => {
        const { holds } = call.session;
        // Who ends before it has the lock passes it on.
        holds.set(call, () => this.#notifyOne(last));
        resume(() => {
          holds.delete(call);
          call.done(undefined);
        });
      },
      // Who gives up takes the lock again, too, before they are told.
      withdrawn: () =>
        call.session.isOver ? undefined : new Promise<void>(resume),
    });
  }

  notify(call: Call, count: number): void {
    this.#checkHeld(call, "notify");
    const { last } = this.#line;
    for (let left = count; left > 0 && this.#notifyOne(last); left--);
  }

  /** Notifies the oldest of those up to that number; whether there is one. */
  #notifyOne(last: number): boolean {
    return this.#line.letGo(() => last, last);
  }

  #checkHeld(call: Call, doing: string): void {
    if (this.lock.isHeldBy(call)) return;
    throw new Error(
      `Cannot ${doing} condition: this process or thread does not hold its lock`,
    );
  }
}

/** Conditions for others. */
export const CONDITION = hostedType<ConditionState>(
  "ConditionProxy",
  ({ args: [lock], session }) => {
    if (lock === undefined) return new ConditionState(new LockState(true));
    const hosted = lock instanceof BaseProxy
      ? session.hostedOf(refOf(lock))
      : undefined;
    if (hosted?.object instanceof LockState) {
      return new ConditionState(hosted.object);
    }
    throw new TypeError(
      "Cannot create condition: its lock is none of the same manager",
    );
  },
  {
    ...lockMethodsOf(({ lock }: ConditionState) => lock),
    wait: (condition, _args, call) => condition.wait(call),
    notify(condition, [n], call) {
      condition.notify(
        call,
        checkWhole(n, "n", "notify condition", 0, Infinity),
      );
    },
    notifyAll: (condition, _args, call) => condition.notify(call, Infinity),
  },
);
