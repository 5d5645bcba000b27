import { DecodeError } from "../_internal/codec/mod.ts";
import { complain } from "../_internal/complain.ts";
import { breathe, isBreathless } from "../_internal/parking/mod.ts";
import {
  type Address,
  describeAddress,
  type FramedSocket,
  importAuthKey,
  SocketServer,
} from "../_internal/sockets/mod.ts";
import type { Desk } from "./_desk.ts";
import type { Hall } from "./_hall.ts";
import type { Hosted } from "./_hosted.ts";
import { LocalRef } from "./_local_ref.ts";
import type { LocalServer } from "./_local_server.ts";
import {
  ASK,
  bodyOf,
  nameIn,
  numberIn,
  objectIn,
  REQUEST_BYTES,
  ROOT,
} from "./_messages.ts";
import { RemoteSession } from "./_remote_session.ts";
import { MAX_MESSAGE, PURPOSE } from "./_remote_terms.ts";
import type { ListenSetup } from "./_setup.ts";
import { toldCallOf } from "./_told_call.ts";

const BACKLOG = 64;

/** Takes the requests of other programs. */
export class RemoteServer {
  readonly #desk: Desk;
  readonly #hall: Hall;
  readonly #local: LocalServer;
  readonly #root: Hosted;
  readonly #server: SocketServer;
  readonly #sockets = new Set<FramedSocket>();

  /**
   * Listens.
   *
   * @throws {Deno.errors.AddrInUse} if something else does so there
   */
  constructor(
    { address, authKey, tls }: ListenSetup,
    desk: Desk,
    hall: Hall,
    local: LocalServer,
    root: Hosted,
  ) {
    this.#desk = desk;
    this.#hall = hall;
    this.#local = local;
    this.#root = root;
    this.#server = new SocketServer({
      address,
      key: importAuthKey(authKey),
      purpose: PURPOSE,
      maxReceive: MAX_MESSAGE,
      backlog: BACKLOG,
      onRejected: (error) => complain(`${desk.name}: ${error.message}`),
      tls,
    });
    this.#accept();
  }

  /** Where it listens. */
  get address(): Address {
    return this.#server.address;
  }

  /** How many are connected. */
  get clients(): number {
    return this.#sockets.size;
  }

  /**
   * Lets nobody in any more, and ends all connections.
   *
   * @returns when it has left nothing in the file system
   */
  close(): Promise<void> {
    const closed = this.#server.close();
    for (const socket of this.#sockets) socket.close();
    return closed;
  }

  async #accept(): Promise<void> {
    while (!this.#server.closed) {
      try {
        this.#serve(await this.#server.accept());
      } catch {
        // It has been closed.
      }
    }
  }

  async #serve(socket: FramedSocket): Promise<void> {
    const { remote } = socket;
    const who = remote === undefined
      ? "a peer"
      : `the peer ${describeAddress(remote)}`;
    const session = new RemoteSession(
      who,
      socket,
      (ref) => this.#local.hostedOf(ref),
      () => socket.close(),
    );
    this.#sockets.add(socket);
    try {
      await this.#receive(session, socket);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#hall.log(session, `was dropped: ${why}`);
    } finally {
      this.#sockets.delete(socket);
      // The system of one that was killed ends the stream as well.
      session.end(session.saidGoodbye);
      socket.close();
    }
  }

  /** Does what comes, until no more does. */
  async #receive(
    session: RemoteSession,
    { reader }: FramedSocket,
  ): Promise<void> {
    for (;;) {
      const frame = reader.take();
      if (frame !== undefined) this.#do(session, frame.bytes);
      // A connection that breaks has ended, and nobody has done wrong.
      else if (!await reader.fill().catch(() => false)) return;
      if (isBreathless()) await breathe();
    }
  }

  #do(session: RemoteSession, message: Uint8Array): void {
    if (
      message.length < REQUEST_BYTES ||
      message.length < REQUEST_BYTES + message[1]
    ) throw new DecodeError("it is cut short");
    const number = numberIn(message);
    const id = objectIn(message);
    switch (message[0]) {
      case ASK.CALL: {
        const args = session.decode(bodyOf(message));
        const hosted = id === ROOT ? this.#root : session.known(id);
        if (hosted === undefined) {
          const error = new Error("Cannot call: the object is no more");
          return session.threw(number, error);
        }
        return this.#hall.call(session, number, hosted, nameIn(message), args);
      }
      case ASK.CREATE: {
        const args = session.decode(bodyOf(message));
        const ref = new LocalRef(this.#desk);
        session.add(id, ref);
        const hosted = this.#hall.create(session, nameIn(message), args);
        return this.#local.add(ref.target, hosted);
      }
      case ASK.FUNCTION: {
        const told = toldCallOf(session.decode(bodyOf(message)));
        return session.learn(number, told);
      }
      case ASK.CANCEL:
        return session.cancel(number, "aborted");
      case ASK.LATE:
        return session.cancel(number, "late");
      case ASK.RELEASE:
        return session.release(id, number);
      case ASK.BYE:
        session.saidGoodbye = true;
        return;
      default:
        throw new DecodeError("it is no request");
    }
  }
}
