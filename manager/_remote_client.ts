import { NOTHING } from "../_internal/channel/mod.ts";
import {
  decode,
  DecodeError,
  encode,
  type HandleDescription,
} from "../_internal/codec/mod.ts";
import { atGoodEnd } from "../_internal/launch/mod.ts";
import { breathe, isBreathless } from "../_internal/parking/mod.ts";
import type { FramedSocket } from "../_internal/sockets/mod.ts";
import { proxyClassOf } from "./_proxy_calls.ts";
import { Client } from "./_client.ts";
import { labelOfWords } from "./_label_words.ts";
import { proxyFor } from "./_making.ts";
import {
  ASK,
  nameBytes,
  numberIn,
  REPLY_BYTES,
  Request,
  type RequestTarget,
  TELL,
} from "./_messages.ts";
import { SocketOutbox } from "./_socket_outbox.ts";
import { RemoteRef } from "./_remote_ref.ts";

/** Most objects that one connection has ever told of. */
const LAST_OBJECT = 0x7fff_ffff;

/** Milliseconds that the manager has to take what it was asked for, once we are done. */
const LINGER_MS = 2_000;

const GOODBYE = new Request(ASK.BYE, 0, [0, 0], 0, nameBytes(""), NOTHING);

/** Carries the calls of an isolate to a manager of another program, over a socket. */
export class RemoteClient extends Client {
  /** What stands for the manager where values are sent to it. */
  readonly destination = { reach: "remote" } as const;
  readonly #where: string;
  readonly #socket: FramedSocket;
  readonly #outbox: SocketOutbox;
  /** Objects by number: even, if the manager has told of them first. */
  readonly #refs = new Map<number, WeakRef<RemoteRef>>();
  readonly #withdrawGoodbye = atGoodEnd(() => this.#outbox.sendAtOnce(GOODBYE));
  readonly #revive = { revive: (it: HandleDescription) => this.#proxyOf(it) };
  /** Objects that were made from here are odd. */
  #made = -1;
  #name = "manager";

  /** @param where the manager is, for messages */
  constructor(socket: FramedSocket, where: string) {
    super();
    this.#socket = socket;
    this.#where = where;
    this.#outbox = new SocketOutbox(socket, () => this.#lost());
    this.#receive();
  }

  override get name(): string {
    return this.#name;
  }

  override get manager(): string {
    return `the manager ${this.#name} at ${this.#where}`;
  }

  /** Asks the manager who it is. */
  async greet(): Promise<void> {
    this.#name = await this.call(undefined, "Manager", "name", []);
  }

  /** Ends the connection, once the manager has what it was asked for. */
  async disconnect(): Promise<void> {
    if (!this.isOver) this.#outbox.send(GOODBYE);
    this.end(`the connection to ${this.manager} is closed`);
    const timer = setTimeout(() => this.#socket.close(), LINGER_MS);
    await this.#outbox.written();
    clearTimeout(timer);
    await this.#socket.finish();
  }

  /** The manager has told of an object so many times, and nobody here needs it. */
  release(id: number, times: number): void {
    if (this.isOver) return;
    const ref = this.#refs.get(id);
    // Another may have come for it meanwhile.
    if (ref?.deref()?.isClosed !== false) this.#refs.delete(id);
    const request = new Request(
      ASK.RELEASE,
      times,
      [id, 0],
      0,
      nameBytes(""),
      NOTHING,
    );
    this.#outbox.send(request);
  }

  override newRef(): RemoteRef {
    if (this.#made >= LAST_OBJECT - 2) {
      throw new RangeError("Cannot create: too many objects were made");
    }
    const ref = new RemoteRef(this, this.#made += 2);
    this.#refs.set(this.#made, new WeakRef(ref));
    return ref;
  }

  protected override post(
    kind: number,
    number: number,
    target: RequestTarget,
    name: string,
    body: unknown,
  ): void {
    const encoded = encode(body, {
      root: "args",
      to: "another program",
      destination: this.destination,
    });
    this.#outbox.send(
      new Request(kind, number, target, 0, nameBytes(name), encoded),
    );
  }

  protected override end(why: string): void {
    super.end(why);
    this.#withdrawGoodbye();
  }

  protected override held(isHeld: boolean): void {
    if (!this.isOver) this.#socket.hold(isHeld);
  }

  protected override look(): void {
    // The end of the stream tells.
  }

  #proxyOf({ kind, words: [id, ...label] }: HandleDescription): object {
    const proxyClass = proxyClassOf(kind);
    if (proxyClass === undefined || !Number.isInteger(id) || id < 1) {
      throw new DecodeError("it has an object that is none of a manager");
    }
    let ref = this.#refs.get(id)?.deref();
    if (ref === undefined || ref.isClosed) {
      ref = new RemoteRef(this, id);
      this.#refs.set(id, new WeakRef(ref));
    } else ref.again();
    ref.label ??= labelOfWords(label);
    return proxyFor(ref, proxyClass);
  }

  async #receive(): Promise<void> {
    const { reader } = this.#socket;
    try {
      for (;;) {
        const frame = reader.take();
        if (frame !== undefined) this.#takeReply(frame.bytes);
        else {
          this.settle();
          if (!await reader.fill()) break;
        }
        if (isBreathless()) await breathe();
      }
    } catch {
      // Closed here, or reset, or it makes no sense.
    }
    this.#lost();
  }

  #takeReply(bytes: Uint8Array): void {
    const kind = bytes[0];
    if (
      bytes.length < REPLY_BYTES || kind < TELL.RETURNED ||
      kind > TELL.CANCELLED
    ) throw new DecodeError("it is no reply");
    this.take(
      kind,
      numberIn(bytes),
      () => decode(bytes.subarray(REPLY_BYTES), this.#revive),
    );
  }

  #lost(): void {
    if (this.isOver) return;
    this.end(`${this.manager} has ended, or cannot be reached any more`);
    this.#socket.close();
  }
}
