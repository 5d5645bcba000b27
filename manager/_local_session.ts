import { encode, type Encoded, encodeThrown } from "../_internal/codec/mod.ts";
import { type Lane, openOutbox, type Outbox } from "../_internal/lanes/mod.ts";
import { checkCarried } from "./_carried.ts";
import { programDestination } from "./_destination.ts";
import type { Hosted } from "./_hosted.ts";
import type { ObjectRef } from "./_object_ref.ts";
import { NOTHING, Reply, TELL } from "./_messages.ts";
import { Session } from "./_session.ts";

const NO_HANDLES = [] as const;

/** A process or thread of the program that asks a manager. */
export class LocalSession extends Session {
  readonly name: string;
  readonly #replies: Lane;
  readonly #outbox: Outbox;
  readonly #find: (ref: ObjectRef) => Hosted | undefined;

  /**
   * @param pid its process
   * @param find finds the object of a proxy
   */
  constructor(
    pid: number,
    replies: Lane,
    find: (ref: ObjectRef) => Hosted | undefined,
  ) {
    super();
    this.#find = find;
    this.#replies = replies;
    this.#outbox = openOutbox(replies);
    this.name = `process ${pid}`;
  }

  override returned(number: number, value: unknown): boolean {
    if (this.isOver) return false;
    try {
      this.#reply(TELL.RETURNED, number, encodeFor(value, "result"));
      return true;
    } catch (error) {
      this.threw(number, error);
      return false;
    }
  }

  override checkSendable(value: unknown): void {
    checkCarried(encodeFor(value, "result").handles);
  }

  override threw(number: number, error: unknown): void {
    if (this.isOver) return;
    try {
      this.#reply(TELL.THREW, number, encodeThrown(error, receiver()));
    } catch (problem) {
      // It can be encoded, but is too much to be sent.
      this.#reply(TELL.THREW, number, encodeThrown(problem, receiver()));
    }
  }

  override cancelled(number: number): void {
    if (this.isOver) return;
    const reply = new Reply(TELL.CANCELLED, number, NOTHING);
    this.#outbox.send(reply, NO_HANDLES);
  }

  override hostedOf(ref: ObjectRef): Hosted | undefined {
    return this.#find(ref);
  }

  override end(well: boolean): void {
    super.end(well);
    this.#replies.close();
  }

  #reply(kind: number, number: number, encoded: Encoded): void {
    const reply = new Reply(kind, number, encoded);
    this.#outbox.send(reply, encoded.handles);
  }
}

function encodeFor(value: unknown, root: string): Encoded {
  return encode(value, { root, ...receiver() });
}

/** For whom a reply is. */
function receiver() {
  return { to: "another process", destination: programDestination() };
}
