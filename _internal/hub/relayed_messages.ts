import { checkCargo } from "../channel/mod.ts";
import { decode, DecodeError } from "../codec/mod.ts";
import { CELL_KIND } from "../handles/mod.ts";
import { cellsOf, type Message } from "./call_body.ts";
import { describeCall } from "./describe_call.ts";
import { type HubConnection, NOWHERE } from "./hub_connection.ts";
import type { Loans } from "./loans.ts";
import {
  ASK,
  type Body,
  creditFor,
  FORM,
  type Reply,
  TELL,
} from "./messages.ts";
import type { RelayedHolding } from "./relayed_holding.ts";
import type { Requests } from "./requests.ts";

/** Sends and takes messages at a hub that are no values of users. */
export class RelayedMessages {
  readonly #connection: HubConnection;
  readonly #requests: Requests;
  readonly #loans: Loans;

  constructor(connection: HubConnection, requests: Requests, loans: Loans) {
    this.#connection = connection;
    this.#requests = requests;
    this.#loans = loans;
  }

  /**
   * Sends a message whose arrival nobody waits for. What is asked next in the same
   * job goes with it.
   *
   * @param valueAt where in it the value begins that has the handles
   * @throws {RangeError} if it carries more shared objects than a message can
   */
  post(
    holding: RelayedHolding,
    name: string,
    body: Body,
    handles: readonly object[],
    valueAt = 0,
  ): void {
    const cells = cellsOf(handles);
    // The hub would have nobody to tell.
    checkCargo(cells.length / 2);
    const message = { form: FORM.VALUE, body, cells };
    const details = { name, message, isFollowed: true };
    this.#requests.send(ASK.POST, valueAt, holding.place, details);
  }

  /** Sends a message, and waits until it has arrived. */
  async deliver(
    object: object,
    holding: RelayedHolding,
    name: string,
    body: Body,
  ): Promise<void> {
    const message = { form: FORM.VALUE, body, cells: [] };
    const { kind, body: thrown } = await this.#connection.ask(
      ASK.CALL,
      holding.place,
      { name, message },
      describeCall(object, name),
    );
    if (kind === TELL.THREW) throw decode(thrown);
  }

  /** Sends a message without waiting for an answer, if there is credit. */
  sendAhead(holding: RelayedHolding, message: Message): boolean {
    // What carries objects may fail, which its sender is to be told.
    if (message.cells.length > 0) return false;
    // It would pass those that wait. A queue for which there is credit has room for all.
    const { kind, sendsAsked } = holding;
    if (kind === CELL_KIND.PIPE_END && sendsAsked > 0) return false;
    const { credits } = this.#connection;
    if (!credits.spend(holding, creditFor(message.body))) return false;
    this.#requests.send(ASK.AHEAD, 0, holding.place, { message });
    return true;
  }

  /** Calls a method that gives a message, and may lend more. */
  async take(
    object: object,
    holding: RelayedHolding,
    name: string,
  ): Promise<{ message: Uint8Array; acknowledge: () => void }> {
    const next = this.#loans.next(holding);
    const lent = next && await next;
    if (lent !== undefined) return { message: lent, acknowledge: () => {} };
    const loan = this.#loans.ask(holding);
    const doing = describeCall(object, name);
    let reply: Reply;
    try {
      reply = await this.#connection.ask(
        ASK.CALL,
        holding.place,
        { name },
        doing,
        (number) => loan?.asked(number),
      );
      reply = await this.#loans.given(holding, loan, reply, doing);
    } catch (error) {
      loan?.failed();
      throw error;
    }
    const { kind, form, carries, extra, body } = reply;
    if (kind === TELL.THREW) throw decode(body);
    if (form !== FORM.VALUE) throw new DecodeError("it is no message");
    const acknowledge = () => {
      if (carries && !this.#connection.calls.isOver) {
        this.#requests.send(ASK.ACKNOWLEDGE, extra, NOWHERE);
      }
    };
    return { message: body, acknowledge };
  }
}
