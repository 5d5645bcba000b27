import { Parcel } from "../_internal/channel/mod.ts";
import { encode, type Encoded } from "../_internal/codec/mod.ts";
import { cargoOf } from "../_internal/handles/mod.ts";
import type { Lane } from "../_internal/lanes/mod.ts";
import type { Desk } from "./_desk.ts";
import type { Hosted } from "./_hosted.ts";
import type { ObjectRef } from "./_object_ref.ts";
import { NOTHING, Reply, TELL } from "./_messages.ts";
import { Session } from "./_session.ts";

const DESTINATION = { reach: "process" } as const;
const NO_CARGO = [] as const;

/** A process or thread of the program that asks a manager. */
export class LocalSession extends Session {
  readonly name: string;
  readonly #replies: Lane;
  readonly #find: (ref: ObjectRef) => Hosted | undefined;

  constructor(
    desk: Desk,
    client: number,
    replies: Lane,
    find: (ref: ObjectRef) => Hosted | undefined,
  ) {
    super();
    this.#find = find;
    this.#replies = replies;
    this.name = `process ${desk.pidOf(client)}`;
  }

  override returned(number: number, value: unknown): void {
    if (this.isOver) return;
    let encoded;
    try {
      encoded = encodeFor(value, "result");
    } catch (error) {
      return this.threw(number, error);
    }
    this.#reply(TELL.RETURNED, number, encoded);
  }

  override threw(number: number, error: unknown): void {
    if (this.isOver) return;
    let encoded;
    try {
      encoded = encodeFor(error, "error");
    } catch (problem) {
      // Not an error, of which what cannot be sent would be left out.
      encoded = encodeFor(problem, "error");
    }
    this.#reply(TELL.THREW, number, encoded);
  }

  override cancelled(number: number): void {
    if (this.isOver) return;
    const reply = new Reply(TELL.CANCELLED, number, NOTHING);
    this.#replies.outlet.trySend(new Parcel(reply, false, NO_CARGO));
  }

  override hostedOf(ref: ObjectRef): Hosted | undefined {
    return this.#find(ref);
  }

  override end(well: boolean): void {
    super.end(well);
    this.#replies.close();
  }

  #reply(kind: number, number: number, encoded: Encoded): void {
    const { handles } = encoded;
    const cargo = handles.length === 0 ? NO_CARGO : cargoOf(handles);
    const reply = new Reply(kind, number, encoded);
    this.#replies.outlet.trySend(new Parcel(reply, false, cargo));
  }
}

function encodeFor(value: unknown, root: string): Encoded {
  return encode(value, {
    root,
    to: "another process",
    destination: DESTINATION,
  });
}
