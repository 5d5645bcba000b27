import { NOTHING } from "../_internal/channel/mod.ts";
import {
  decode,
  DecodeError,
  encode,
  type HandleDescription,
} from "../_internal/codec/mod.ts";
import type { FramedSocket } from "../_internal/sockets/mod.ts";
import { proxyClassOf } from "./_proxy_calls.ts";
import type { Hosted } from "./_hosted.ts";
import type { ExportDestination } from "./_local_ref.ts";
import { labelOfWords } from "./_label_words.ts";
import { proxyFor } from "./_making.ts";
import { Reply, TELL } from "./_messages.ts";
import type { ObjectRef } from "./_object_ref.ts";
import { SocketOutbox } from "./_socket_outbox.ts";
import { type Encoding, RESULT, Session } from "./_session.ts";

/** An object that somebody knows by a number. */
interface Known {
  readonly ref: ObjectRef;
  /** How often it was told of. */
  times: number;
}

/** For whom a reply is. */
const RECEIVER = { to: "another program" };

/** Somebody of another program that asks a manager. */
export class RemoteSession extends Session {
  readonly name: string;
  /** Whether it has said that it ends well. */
  saidGoodbye = false;
  readonly #outbox: SocketOutbox;
  readonly #known = new Map<number, Known>();
  readonly #numbers = new Map<ObjectRef, number>();
  readonly #destination: ExportDestination = {
    reach: "remote",
    exportRef: (ref) => this.#tell(ref),
  };
  readonly #revive = { revive: (it: HandleDescription) => this.#proxyOf(it) };
  /** Objects that are told of are even. */
  #told = 0;
  /** Objects in the reply that is being sent. */
  #telling: number[] = [];

  /**
   * @param name who it is
   * @param find finds the object of a proxy
   * @param broken called if it takes no more replies
   */
  constructor(
    name: string,
    socket: FramedSocket,
    find: (ref: ObjectRef) => Hosted | undefined,
    broken: () => void,
  ) {
    super(find);
    this.name = name;
    this.#outbox = new SocketOutbox(socket, broken);
  }

  /** Adds an object that it has made, by the number that it chose. */
  add(id: number, ref: ObjectRef): void {
    if (id % 2 !== 1 || this.#known.has(id)) {
      throw new DecodeError("the number of a new object is none");
    }
    this.#known.set(id, { ref, times: 1 });
    this.#numbers.set(ref, id);
  }

  /** The object that it knows by a number. */
  known(id: number): Hosted | undefined {
    const ref = this.#known.get(id)?.ref;
    return ref && this.hostedOf(ref);
  }

  /** So many handles of an object have gone. */
  release(id: number, times: number): void {
    const known = this.#known.get(id);
    if (known === undefined) return;
    known.times -= times;
    if (known.times > 0) return;
    this.#known.delete(id);
    this.#numbers.delete(known.ref);
  }

  /**
   * The value that it has sent.
   *
   * @throws {DecodeError} if it is none
   */
  decode(bytes: Uint8Array): unknown {
    return decode(bytes, this.#revive);
  }

  override checkSendable(value: unknown): void {
    // Tells of nothing, as nothing is sent.
    const destination = { ...this.#destination, exportRef: () => 0 };
    const encoded = encode(value, { ...RESULT, ...RECEIVER, destination });
    this.#outbox.check(new Reply(TELL.RETURNED, 0, encoded));
  }

  override cancelled(number: number): void {
    if (this.isOver) return;
    this.#outbox.send(new Reply(TELL.CANCELLED, number, NOTHING));
  }

  override end(well: boolean): void {
    super.end(well);
    this.#known.clear();
    this.#numbers.clear();
  }

  protected override reply(
    kind: number,
    number: number,
    value: unknown,
    encoding: Encoding,
  ): void {
    const told: number[] = this.#telling = [];
    try {
      const destination = this.#destination;
      const encoded = encode(value, { ...encoding, ...RECEIVER, destination });
      this.#outbox.send(new Reply(kind, number, encoded));
    } catch (error) {
      // Nobody lets go of what has not arrived.
      for (const id of told) this.release(id, 1);
      throw error;
    }
  }

  #tell(ref: ObjectRef): number {
    let id = this.#numbers.get(ref);
    if (id === undefined) {
      id = this.#told += 2;
      this.#numbers.set(ref, id);
      this.#known.set(id, { ref, times: 0 });
    }
    this.#known.get(id)!.times++;
    this.#telling.push(id);
    return id;
  }

  #proxyOf({ kind, words: [id, ...label] }: HandleDescription): object {
    const proxyClass = proxyClassOf(kind);
    const ref = this.#known.get(id)?.ref;
    if (proxyClass !== undefined && ref !== undefined) {
      ref.label ??= labelOfWords(label);
      return proxyFor(ref, proxyClass);
    }
    throw new DecodeError("it has an object that is not known");
  }
}
