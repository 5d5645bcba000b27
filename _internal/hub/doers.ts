import { doneMessage, type Message } from "./call_body.ts";

/** Does what the hub asks back for calls that it is to answer. */
export class Doers {
  readonly #doers = new Map<number, (what: unknown) => unknown>();

  /** Notes who does what is asked for a call. */
  set(call: number, doWhat: (what: unknown) => unknown): void {
    this.#doers.set(call, doWhat);
  }

  /** The call is answered. */
  delete(call: number): void {
    this.#doers.delete(call);
  }

  /** Does something for a call; gives what to answer. */
  async do(call: number, what: unknown): Promise<Message> {
    let failure: { readonly error: unknown } | undefined;
    try {
      await this.#doers.get(call)?.(what);
    } catch (error) {
      failure = { error };
    }
    return doneMessage(() => {
      if (failure !== undefined) throw failure.error;
    });
  }
}
