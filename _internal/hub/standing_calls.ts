import { decode } from "../codec/mod.ts";
import { type HubConnection, NOWHERE } from "./hub_connection.ts";
import { ASK, FORM, type Reply, TELL } from "./messages.ts";
import type { RelayedHolding } from "./relayed_holding.ts";
import type { Requests } from "./requests.ts";

const DOING = "receive";

/** How to ask for what comes in its time. */
export interface StandingCall {
  /** Given up when this is aborted. */
  readonly signal?: AbortSignal;
  /** Whether the program may end meanwhile. */
  readonly isIdle?: boolean;
}

/** What has come: messages together, or a plain value. */
export interface Received {
  readonly batch?: Uint8Array;
  readonly plain?: unknown;
  /** Says that what the messages carry is bound. */
  readonly acknowledge: () => void;
}

/** Asks a hub for what comes in its time, or never. */
export class StandingCalls {
  readonly #connection: HubConnection;
  readonly #requests: Requests;

  constructor(connection: HubConnection, requests: Requests) {
    this.#connection = connection;
    this.#requests = requests;
  }

  /** Whether the hub has ended. */
  get isOver(): boolean {
    return this.#connection.calls.isOver;
  }

  /** Keeps the program alive until {@linkcode unhold}. */
  hold(): void {
    this.#connection.calls.hold();
  }

  /** Ends what {@linkcode hold} has begun. */
  unhold(): void {
    this.#connection.calls.unhold();
  }

  /**
   * Calls a method, and waits for what it gives.
   *
   * @returns nothing if it has given nothing, or was given up
   * @throws {Error} if the hub has ended
   */
  async receive(
    { place }: RelayedHolding,
    name: string,
    { signal, isIdle }: StandingCall = {},
  ): Promise<Received | undefined> {
    const { number, promise } = this.#connection.calls.begin(DOING, isIdle);
    const cancel = () => this.#post(ASK.CANCEL, number);
    this.#requests.send(ASK.CALL, number, place, { name });
    signal?.addEventListener("abort", cancel);
    try {
      return this.#received(await promise);
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  /** The same of a method that does not wait, blocking the thread. */
  receiveSync(
    { place }: RelayedHolding,
    name: string,
  ): Received | undefined {
    return this.#received(
      this.#requests.exchange(ASK.CALL, place, { name }, DOING),
    );
  }

  #received(
    { kind, form, carries, extra, body }: Reply,
  ): Received | undefined {
    if (kind === TELL.CANCELLED || form === FORM.NOTHING) return undefined;
    const acknowledge = () => {
      if (carries) this.#post(ASK.ACKNOWLEDGE, extra);
    };
    if (form === FORM.VALUE) return { batch: body, acknowledge };
    const plain = decode(body);
    if (kind === TELL.THREW) throw plain;
    return { plain, acknowledge };
  }

  #post(kind: number, number: number): void {
    if (this.isOver) return;
    this.#requests.send(kind, number, NOWHERE);
  }
}
