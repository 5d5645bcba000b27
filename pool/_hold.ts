import type { Intake } from "../_internal/lanes/mod.ts";

/** What keeps the program alive for those who wait for one result. */
export class Hold {
  readonly #intake: Intake;
  #waiting = 0;
  #isSettled = false;

  constructor(intake: Intake) {
    this.#intake = intake;
  }

  /**
   * Somebody waits.
   *
   * @returns what to call if they give up
   */
  take(): () => void {
    if (this.#isSettled) return () => {};
    if (this.#waiting++ === 0) this.#intake.hold();
    let isGivenUp = false;
    return () => {
      if (isGivenUp || this.#isSettled) return;
      isGivenUp = true;
      if (--this.#waiting === 0) this.#intake.unhold();
    };
  }

  /** The result is there. */
  settle(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    if (this.#waiting > 0) this.#intake.unhold();
  }
}

/** Lets the program go on for the end of workers. */
export async function holdFor(
  intake: Intake,
  ended: Promise<void>,
): Promise<void> {
  intake.hold();
  // What ends a worker is told by the runtime, which nothing else keeps waiting.
  const timer = setInterval(() => {}, 1_000);
  try {
    await ended;
  } finally {
    clearInterval(timer);
    intake.unhold();
  }
}
