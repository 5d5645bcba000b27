import type { Intake } from "../_internal/lanes/mod.ts";
import { LoggedWait } from "../_internal/parking/mod.ts";

/** What to say that who waits for a result is about to do. */
export const GETTING = "get result";

/** What keeps the program alive for those who wait for one result, and logs that they do. */
export class Hold {
  readonly #intake: Intake;
  #waiting = 0;
  #isSettled = false;
  #logged: LoggedWait | undefined;

  constructor(intake: Intake) {
    this.#intake = intake;
  }

  /**
   * Somebody waits.
   *
   * @returns what to call once they do not any more, with whether they have given up
   */
  take(): (gaveUp: boolean) => void {
    if (this.#isSettled) return () => {};
    if (this.#waiting++ === 0) {
      this.#intake.hold();
      this.#logged = LoggedWait.beginAsync(GETTING);
    }
    let isOver = false;
    return (gaveUp) => {
      if (isOver || this.#isSettled) return;
      isOver = true;
      if (--this.#waiting > 0) return;
      this.#intake.unhold();
      this.#logged?.end(gaveUp);
    };
  }

  /** The result is there. */
  settle(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    if (this.#waiting === 0) return;
    this.#intake.unhold();
    this.#logged?.end(false);
  }
}

/** Lets the program go on for the end of workers, as long as somebody waits for it. */
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
