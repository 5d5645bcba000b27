import type { Call, WAITS } from "./_call.ts";
import type { Grant } from "./_grant.ts";
import type { Session } from "./_session.ts";
import { WaitingLine } from "./_waiting_line.ts";

/** How a lock was held. */
interface Tenure {
  readonly depth: number;
  readonly acquisition: number;
}

/** A lock for those who ask a manager: it is theirs until they release it, or die. */
export class LockState {
  readonly #isReentrant: boolean;
  readonly #line = new WaitingLine<Grant>();
  #holder: Session | undefined;
  #depth = 0;
  /** Which acquisition it is held by, of so many. */
  #acquisition = 0;
  #acquisitions = 0;
  /** Whether a holder has died, and no guard has said so. */
  #abandoned = false;

  constructor(isReentrant: boolean) {
    this.#isReentrant = isReentrant;
  }

  /** Whether somebody holds it. */
  get isLocked(): boolean {
    return this.#holder !== undefined;
  }

  /** Whether the one who asks holds it. */
  isHeldBy({ session }: Call): boolean {
    return this.#holder === session;
  }

  tryAcquire(call: Call): Grant | undefined {
    if (this.#holder === undefined) return this.#give(call.session);
    if (!this.#isReentrant || !this.isHeldBy(call)) return undefined;
    this.#depth++;
    return [this.#acquisition, this.#tellAbandoned()];
  }

  acquire(call: Call): Grant | typeof WAITS {
    return this.tryAcquire(call) ?? this.#line.wait(call);
  }

  /**
   * Releases it once.
   *
   * @param acquisition which time, if only that
   */
  release(call: Call, acquisition?: unknown): void {
    if (acquisition !== undefined) {
      // It has been released otherwise, and may be somebody else's now.
      if (acquisition !== this.#acquisition || !this.isHeldBy(call)) return;
    } else if (this.#holder === undefined) {
      throw new Error("Cannot release lock: it is not held");
    } else if (this.#isReentrant && !this.isHeldBy(call)) {
      throw new Error(
        "Cannot release lock: this process or thread does not hold it",
      );
    }
    if (--this.#depth === 0) this.#handOn();
  }

  /** Frees it for a while; gives how it was held. */
  suspend(): Tenure {
    const tenure = { depth: this.#depth, acquisition: this.#acquisition };
    this.#handOn();
    return tenure;
  }

  /** Takes it again as it was held, and then goes on: nobody can give up meanwhile. */
  resume(call: Call, tenure: Tenure, then: () => void): void {
    if (call.session.isGone) return;
    const go = ([, abandoned]: Grant) => {
      this.#depth = tenure.depth;
      // Guards of then release it.
      this.#acquisition = tenure.acquisition;
      // They have been told how it was then: the next guard says how it is now.
      this.#abandoned = abandoned;
      then();
    };
    if (this.#holder === undefined) return go(this.#give(call.session));
    this.#line.wait(call, { go });
    call.holdOn();
  }

  #give(session: Session): Grant {
    this.#holder = session;
    this.#depth = 1;
    session.holds.set(this, () => {
      this.#abandoned = true;
      this.#handOn();
    });
    this.#acquisition = ++this.#acquisitions;
    return [this.#acquisition, this.#tellAbandoned()];
  }

  #tellAbandoned(): boolean {
    const abandoned = this.#abandoned;
    this.#abandoned = false;
    return abandoned;
  }

  #handOn(): void {
    this.#holder?.holds.delete(this);
    this.#holder = undefined;
    this.#depth = 0;
    this.#line.letGo(({ session }) => this.#give(session));
  }
}
