import { checkWhole } from "../_internal/check.ts";
import { MOST_PERMITS, refuseToRelease } from "../_internal/most_permits.ts";
import type { Call, WAITS } from "./_call.ts";
import type { Grant } from "./_grant.ts";
import { hostedType, type Method } from "./_hosted.ts";
import type { Session } from "./_session.ts";
import { WaitingLine } from "./_waiting_line.ts";

class SemaphoreState {
  readonly #first: number;
  readonly #most: number;
  readonly #line = new WaitingLine<Grant>();
  readonly #held = new Map<Session, number>();
  #value: number;
  #abandoned = 0;

  constructor(value: unknown, isBounded: boolean) {
    const first = checkWhole(value, "n", "create semaphore", 0, MOST_PERMITS);
    this.#first = this.#value = first;
    this.#most = isBounded ? first : MOST_PERMITS;
  }

  get value(): number {
    return this.#value;
  }

  tryAcquire({ session }: Call): Grant | undefined {
    if (this.#value === 0) return undefined;
    this.#value--;
    return this.#give(session);
  }

  acquire(call: Call): Grant | typeof WAITS {
    return this.tryAcquire(call) ?? this.#line.wait(call);
  }

  release({ session }: Call, times: unknown): void {
    const count = checkWhole(times, "n", "release semaphore", 1, MOST_PERMITS);
    if (this.#value + count > this.#most) refuseToRelease(this.#most);
    const held = this.#held.get(session) ?? 0;
    if (held > count) this.#held.set(session, held - count);
    else this.#forget(session);
    this.#free(count);
  }

  #give(session: Session): Grant {
    this.#held.set(session, (this.#held.get(session) ?? 0) + 1);
    session.holds.set(this, () => this.#takeBack(session));
    const abandoned = this.#abandoned > 0;
    if (abandoned) this.#abandoned--;
    return [1, abandoned];
  }

  #forget(session: Session): void {
    this.#held.delete(session);
    session.holds.delete(this);
  }

  #free(count: number): void {
    this.#value += count;
    const give = ({ session }: Call) => {
      this.#value--;
      return this.#give(session);
    };
    while (this.#value > 0 && this.#line.letGo(give));
  }

  /** A holder has died. */
  #takeBack(session: Session): void {
    let total = this.#value;
    for (const held of this.#held.values()) total += held;
    const held = this.#held.get(session)!;
    this.#forget(session);
    // What was released in its place is not given back again.
    const back = Math.max(0, held - Math.max(0, total - this.#first));
    this.#abandoned += back;
    this.#free(back);
  }
}

const methods: Record<string, Method<SemaphoreState>> = {
  value: (semaphore) => semaphore.value,
  acquire: (semaphore, _args, call) => semaphore.acquire(call),
  tryAcquire: (semaphore, _args, call) => semaphore.tryAcquire(call),
  release: (semaphore, [count], call) => semaphore.release(call, count),
};

/** Semaphores for others. */
export const SEMAPHORE = hostedType<SemaphoreState>(
  "SemaphoreProxy",
  ({ args: [n] }) => new SemaphoreState(n, false),
  methods,
);

/** Semaphores that cannot be released more often than they were acquired. */
export const BOUNDED_SEMAPHORE = hostedType<SemaphoreState>(
  "BoundedSemaphoreProxy",
  ({ args: [n] }) => new SemaphoreState(n, true),
  methods,
);
