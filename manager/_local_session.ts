import { NOTHING } from "../_internal/channel/mod.ts";
import { encode, type Encoded } from "../_internal/codec/mod.ts";
import { type Lane, openOutbox, type Outbox } from "../_internal/lanes/mod.ts";
import { checkCarried } from "./_carried.ts";
import { programDestination } from "./_destination.ts";
import type { Hosted } from "./_hosted.ts";
import type { ObjectRef } from "./_object_ref.ts";
import { Reply, REPLY_BYTES, TELL } from "./_messages.ts";
import { type Encoding, RESULT, Session } from "./_session.ts";

const NO_HANDLES = [] as const;

/** A process or thread of the program that asks a manager. */
export class LocalSession extends Session {
  readonly name: string;
  readonly #hasEnded: () => boolean;
  #replies: Lane;
  #outbox: Outbox;

  /**
   * @param pid its process
   * @param find finds the object of a proxy
   * @param hasEnded whether it is known to have ended
   */
  constructor(
    pid: number,
    replies: Lane,
    find: (ref: ObjectRef) => Hosted | undefined,
    hasEnded: () => boolean,
  ) {
    super(find);
    this.#hasEnded = hasEnded;
    this.#replies = replies;
    this.#outbox = openOutbox(replies);
    this.name = `process ${pid}`;
  }

  override get isGone(): boolean {
    return this.isOver || this.#hasEnded();
  }

  /**
   * It has begun anew, with another lane: garbage collection has taken all that it had
   * to do with the manager. What it holds it holds until it ends.
   */
  renew(replies: Lane): void {
    this.forget();
    this.#replies.close();
    this.#replies = replies;
    this.#outbox = openOutbox(replies);
  }

  override checkSendable(value: unknown): void {
    checkCarried(encodeFor(value, RESULT).handles);
  }

  override cancelled(number: number): void {
    if (this.isOver) return;
    const reply = new Reply(TELL.CANCELLED, number, NOTHING);
    this.#outbox.send(reply, NO_HANDLES);
  }

  override end(well: boolean): void {
    super.end(well);
    this.#replies.close();
  }

  protected override reply(
    kind: number,
    number: number,
    value: unknown,
    encoding: Encoding,
  ): void {
    const encoded = encodeFor(value, encoding);
    const reply = new Reply(kind, number, encoded);
    this.#outbox.send(reply, encoded.handles, REPLY_BYTES);
  }
}

function encodeFor(value: unknown, { root, thrown }: Encoding): Encoded {
  const destination = programDestination();
  return encode(value, { root, thrown, to: "another process", destination });
}
