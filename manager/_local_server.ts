import { DecodeError } from "../_internal/codec/mod.ts";
import { Lane } from "../_internal/lanes/mod.ts";
import type { Desk } from "./_desk.ts";
import type { Hall } from "./_hall.ts";
import type { Hosted } from "./_hosted.ts";
import { endAllLives } from "./_life.ts";
import { LocalRef } from "./_local_ref.ts";
import { LocalSession } from "./_local_session.ts";
import {
  ASK,
  bodyOf,
  clientIn,
  generationIn,
  nameIn,
  numberIn,
  objectIn,
  type RequestTarget,
  ROOT,
} from "./_messages.ts";
import type { ObjectRef } from "./_object_ref.ts";
import { openReception, type Reception } from "./_reception.ts";
import { toldCallOf } from "./_told_call.ts";

/** Who asks, in the log, before that is known. */
const SOMEBODY = { name: "somebody of this program" };

/** Takes the requests of the processes and threads of the program. */
export class LocalServer {
  readonly #desk: Desk;
  readonly #hall: Hall;
  readonly #root: Hosted;
  readonly #reception: Reception;
  /** By the cells of the lanes to reply to. */
  readonly #sessions = new Map<number, LocalSession>();
  /** The same cells, by the participants. */
  readonly #lanes = new Map<number, number>();
  /** Objects by their cells, from 1, and generations. */
  readonly #objects = new Map<number, Hosted>();

  /** @param root what stands for the manager itself */
  constructor(desk: Desk, hall: Hall, root: Hosted) {
    this.#desk = desk;
    this.#hall = hall;
    this.#root = root;
    this.#reception = openReception(desk, {
      asked: (message) => this.#take(message),
      ended: (id, well) => this.#ended(id, well),
      gone: (cell, generation) => this.#drop(keyOf(cell + 1, generation)),
    });
  }

  /** How many objects there are, and who asks. */
  get counts(): { readonly objects: number; readonly clients: number } {
    return { objects: this.#objects.size, clients: this.#sessions.size };
  }

  /** The object that a proxy refers to, if it is of this manager. */
  hostedOf(ref: ObjectRef): Hosted | undefined {
    return ref instanceof LocalRef && ref.desk === this.#desk
      ? this.#find(...ref.target)
      : undefined;
  }

  /** Adds an object with a cell of its own. */
  add([cell, generation]: RequestTarget, hosted: Hosted): void {
    hosted.hold();
    this.#objects.set(keyOf(cell, generation), hosted);
    this.#reception.lookForObject(cell - 1, generation);
  }

  /** Does what is asked until it is told to stop. */
  run(): Promise<void> {
    this.#desk.serve();
    return this.#reception.run();
  }

  /** Ends everything. */
  end(): void {
    for (const session of this.#sessions.values()) session.end(true);
    endAllLives();
  }

  /** The object of a cell, if it is of this manager. */
  #find(cell: number, generation: number): Hosted | undefined {
    return this.#objects.get(keyOf(cell, generation));
  }

  #drop(key: number): void {
    const hosted = this.#objects.get(key);
    this.#objects.delete(key);
    hosted?.release();
  }

  /** Does what somebody asks for; what makes no sense is not to end it for all others. */
  #take(message: Uint8Array): void {
    try {
      this.#do(message);
    } catch (error) {
      const who = this.#sessions.get(clientIn(message)) ?? SOMEBODY;
      const why = error instanceof Error ? error.message : String(error);
      this.#hall.log(who, `has sent a request that was dropped: ${why}`);
    }
  }

  #do(message: Uint8Array): void {
    const client = clientIn(message);
    const number = numberIn(message);
    if (message[0] === ASK.HELLO) return this.#welcome(client, message);
    const session = this.#sessions.get(client);
    if (session === undefined) {
      // It was killed while it asked.
      this.#ignore(message);
      return;
    }
    switch (message[0]) {
      case ASK.CALL:
        return this.#call(session, number, message);
      case ASK.CREATE:
        return this.#create(session, message);
      case ASK.FUNCTION:
        return session.learn(number, toldCallOf(this.#decodeAtOnce(message)));
      case ASK.CANCEL:
        return session.cancel(number, "aborted");
      case ASK.LATE:
        return session.cancel(number, "late");
      case ASK.STOP:
        return this.#reception.stop();
      default:
        this.#ignore(message);
        throw new DecodeError("it is no request");
    }
  }

  #call(session: LocalSession, number: number, message: Uint8Array): void {
    const cell = objectIn(message);
    const hosted = cell === ROOT
      ? this.#root
      : this.#find(cell, generationIn(message));
    if (hosted === undefined) {
      this.#ignore(message);
      const error = new Error("Cannot call: the object is no more");
      return session.threw(number, error);
    }
    try {
      const args = this.#reception.decode(bodyOf(message));
      this.#hall.call(session, number, hosted, nameIn(message), args);
    } catch (error) {
      session.threw(number, error);
    }
  }

  #create(session: LocalSession, message: Uint8Array): void {
    const at = [objectIn(message), generationIn(message)] as const;
    let args;
    try {
      args = this.#reception.decode(bodyOf(message));
    } catch (error) {
      args = Promise.reject(error);
    }
    this.add(at, this.#hall.create(session, nameIn(message), args));
  }

  /** The value in a request of a kind for which modules are never needed. */
  #decodeAtOnce(message: Uint8Array): unknown {
    const value = this.#reception.decode(bodyOf(message));
    if (!(value instanceof Promise)) return value;
    value.catch(() => {});
    throw new DecodeError("it is of what it should not have");
  }

  /** Does nothing, but takes what a request carries, so that it is let go of. */
  async #ignore(message: Uint8Array): Promise<void> {
    try {
      await this.#reception.decode(bodyOf(message));
    } catch {
      // Nobody wants it.
    }
  }

  #welcome(client: number, message: Uint8Array): void {
    const told = this.#decodeAtOnce(message);
    if (!isHello(told)) throw new DecodeError("it does not say who asks");
    const [lane, id, pid] = told;
    const former = this.#lanes.get(id);
    const session = former === undefined
      ? this.#begin(id, pid, lane)
      : this.#renew(former, lane);
    this.#sessions.set(client, session);
    this.#lanes.set(id, client);
  }

  #begin(id: number, pid: number, lane: Lane): LocalSession {
    this.#reception.lookForClient(id);
    return new LocalSession(
      pid,
      lane,
      (ref) => this.hostedOf(ref),
      () => this.#reception.hasEnded(id),
    );
  }

  /** An id is never used again, so it is the same participant, and it lives. */
  #renew(client: number, lane: Lane): LocalSession {
    const session = this.#sessions.get(client)!;
    this.#sessions.delete(client);
    session.renew(lane);
    return session;
  }

  #ended(id: number, well: boolean): void {
    const client = this.#lanes.get(id);
    if (client === undefined) return;
    this.#lanes.delete(id);
    const session = this.#sessions.get(client);
    this.#sessions.delete(client);
    session?.end(well);
  }
}

function isHello(
  told: unknown,
): told is [lane: Lane, id: number, pid: number] {
  return Array.isArray(told) && told[0] instanceof Lane &&
    Number.isInteger(told[1]) && Number.isInteger(told[2]);
}

/** What stands for a cell and its generation. */
function keyOf(cell: number, generation: number): number {
  return cell * 2 ** 32 + generation;
}
