import { log } from "../log.ts";

/** Milliseconds from which on a wait is worth a line in the log. */
const NOTED_MS = 500;

/** A wait that is logged if it lasts. */
export class LoggedWait {
  readonly #doing: string;
  readonly #start = performance.now();
  #isNoted = false;

  private constructor(doing: string) {
    this.#doing = doing;
  }

  /** There is none while nothing is logged. */
  static begin(doing: string | undefined): LoggedWait | undefined {
    return log && doing ? new LoggedWait(doing) : undefined;
  }

  /** Logs that it goes on, once. */
  note(): void {
    if (this.#isNoted || performance.now() - this.#start < NOTED_MS) return;
    this.#isNoted = true;
    log?.debug(`waits to ${this.#doing}`);
  }

  /** Logs that it is over, if it has been noted. */
  end(gaveUp: boolean): void {
    if (!this.#isNoted) return;
    const seconds = ((performance.now() - this.#start) / 1000).toFixed(1);
    const how = gaveUp ? "gave up to" : "no longer waits to";
    log?.debug(`${how} ${this.#doing}, after ${seconds} s`);
  }
}
