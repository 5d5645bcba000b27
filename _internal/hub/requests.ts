import {
  type Details,
  type HubConnection,
  NOWHERE,
  type Place,
} from "./hub_connection.ts";
import type { Makings } from "./makings.ts";
import type { Reply } from "./messages.ts";

/** Sends requests to a hub, each after what is to be made before it. */
export class Requests {
  readonly #connection: HubConnection;
  readonly #makings: Makings;

  constructor(connection: HubConnection, makings: Makings) {
    this.#connection = connection;
    this.#makings = makings;
  }

  /** Sends a request. */
  send(
    kind: number,
    number: number,
    place: Place,
    details: Details = {},
  ): void {
    this.#connection.send(kind, number, place, this.#after(details));
  }

  /** The same, unless the hub has ended. */
  post(kind: number, number: number, place: Place = NOWHERE): void {
    if (!this.#connection.calls.isOver) this.send(kind, number, place);
  }

  /** Sends what nobody waits for, see {@linkcode HubConnection.tell}. */
  tell(
    kind: number,
    number: number,
    place: Place,
    details: Details,
    doing: string,
  ): void {
    this.#connection.calls.check(doing);
    const all = this.#after(details);
    this.#connection.tell(kind, number, place, all, doing);
  }

  /** Sends a request, and blocks the thread until there is a reply. */
  exchange(
    kind: number,
    place: Place,
    details: Details,
    doing: string,
  ): Reply {
    const all = this.#after(details);
    return this.#connection.exchange(kind, place, all, doing);
  }

  #after(details: Details): Details {
    const message = this.#makings.before(details.message);
    return { ...details, message };
  }
}
