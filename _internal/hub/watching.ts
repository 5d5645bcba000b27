import { decode } from "../codec/mod.ts";
import type { HubConnection, Place } from "./hub_connection.ts";
import type { Makings } from "./makings.ts";
import { ASK, type Reply, TELL } from "./messages.ts";
import type { RelayedHolding } from "./relayed_holding.ts";

const DOING = "wait";

/** Asks a hub whether objects are ready. */
export class Watching {
  readonly #connection: HubConnection;
  readonly #makings: Makings;

  constructor(connection: HubConnection, makings: Makings) {
    this.#connection = connection;
    this.#makings = makings;
  }

  /** Has the hub remember how an object is now; gives the number of that. */
  observe({ place }: RelayedHolding): number {
    const number = this.#connection.calls.reserve(DOING);
    this.#makings.flush();
    this.#connection.send(ASK.OBSERVE, number, place);
    return number;
  }

  /** Ends what {@linkcode observe} has begun. */
  end(observed: number): void {
    if (this.#connection.calls.isOver) return;
    this.#connection.send(ASK.UNWATCH, observed, placeOf(observed));
  }

  /** Waits until what is observed is ready. */
  async ready(observed: number, signal: AbortSignal): Promise<void> {
    const { calls } = this.#connection;
    const { number, promise } = calls.begin(DOING);
    const place = placeOf(observed);
    const cancel = () => {
      if (calls.isOver) return;
      this.#connection.send(ASK.CANCEL, number, place);
    };
    this.#connection.send(ASK.WATCH, number, place);
    signal.addEventListener("abort", cancel);
    try {
      const reply = await promise;
      if (reply.kind !== TELL.RETURNED) throw signal.reason;
    } finally {
      signal.removeEventListener("abort", cancel);
    }
  }

  /** Whether what is observed is ready. */
  async isReady(observed: number): Promise<boolean> {
    const place = placeOf(observed);
    return resultOf(await this.#connection.ask(ASK.LOOK, place, {}, DOING));
  }

  /** The same, blocking the thread. */
  isReadySync(observed: number): boolean {
    const place = placeOf(observed);
    return resultOf(this.#connection.exchange(ASK.LOOK, place, {}, DOING));
  }
}

/** The number of what is observed stands in the place of a cell. */
function placeOf(observed: number): Place {
  return { cell: observed, generation: 0 };
}

function resultOf({ kind, body }: Reply): boolean {
  const result = decode(body);
  if (kind === TELL.THREW) throw result;
  return result === true;
}
