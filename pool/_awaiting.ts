import type { Intake } from "../_internal/lanes/mod.ts";
import { LoggedWait } from "../_internal/parking/mod.ts";
import { callerHere } from "./_caller.ts";
import { GETTING } from "./_hold.ts";
import type { NameCaller, Settle } from "./_task.ts";
import { rejectWith } from "./_termination.ts";

/** Somebody who awaits a task. */
export class Awaiting<R> implements Settle {
  readonly #intake: Intake;
  readonly #given: PromiseWithResolvers<R>;
  #logged: LoggedWait | undefined;
  #isOver = false;

  constructor(intake: Intake, given: PromiseWithResolvers<R>) {
    this.#intake = intake;
    this.#given = given;
  }

  /** The task is submitted. */
  begin(): void {
    this.#intake.hold();
    // It may have been refused at once.
    if (!this.#isOver) this.#logged = LoggedWait.beginAsync(GETTING);
  }

  resolve(value: unknown): void {
    this.#end();
    this.#given.resolve(value as R);
  }

  reject(error: unknown): void {
    this.#end();
    rejectWith(this.#given, error);
  }

  /** Has who awaits it found now: to note that for each task takes longer than short ones do. */
  rejectUnnamed(error: unknown, nameCaller: NameCaller): void {
    this.#end();
    this.#given.resolve(rejectedAt(error, nameCaller));
  }

  #end(): void {
    this.#isOver = true;
    this.#intake.unhold();
    this.#logged?.end(false);
  }
}

/** Rejects with an error, once its stack has those who await what follows this. */
async function rejectedAt(error: unknown, name: NameCaller): Promise<never> {
  // What follows it does so after one turn, and the stack goes on with who awaits that.
  await undefined;
  await undefined;
  name(callerHere());
  throw error;
}
