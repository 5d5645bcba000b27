import { CELL_KIND, fromBytes } from "../_internal/handles/mod.ts";
import type { TargetDescription } from "../_internal/launch/mod.ts";
import { Lane } from "../_internal/lanes/mod.ts";
import {
  HEADER,
  isAlive,
  isCell,
  PARTICIPANT,
  participantAt,
  slotOf,
} from "../_internal/memory/mod.ts";
import {
  breathe,
  isBreathless,
  NOT_YET,
  Patience,
} from "../_internal/parking/mod.ts";
import { isPromise } from "./_call.ts";
import type { Desk } from "./_desk.ts";
import type { Hall } from "./_hall.ts";
import type { Hosted } from "./_hosted.ts";
import type { ObjectRef } from "./_object_ref.ts";
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
  ROOT,
} from "./_messages.ts";
import { ToldCall } from "./_session.ts";

/** What is recorded of who has ended with exit code 0. */
const ENDED_WELL = 1;
/** Larger messages have memory of their own until they are discarded. */
const SMALL_BYTES = 16_384;
/** Requests after which promises get their turn. */
const MANY = 64;

/** An object, and the generation of its cell. */
interface Place {
  readonly generation: number;
  readonly hosted: Hosted;
}

/** Takes the requests of the processes and threads of the program. */
export class LocalServer {
  readonly #desk: Desk;
  readonly #hall: Hall;
  readonly #root: Hosted;
  readonly #sessions = new Map<number, LocalSession>();
  /** Objects by their cells, from 1. */
  readonly #places = new Map<number, Place>();
  readonly #patience = new Patience();
  #deaths = 0;
  #isStopped = false;
  /** Cells that are no more, and requests that may still be about them. */
  #gone: (readonly [number, Place])[] = [];
  #before = 0;

  /** @param root what stands for the manager itself */
  constructor(desk: Desk, hall: Hall, root: Hosted) {
    this.#desk = desk;
    this.#hall = hall;
    this.#root = root;
  }

  /** How many objects there are, and who asks. */
  get counts(): { readonly objects: number; readonly clients: number } {
    return { objects: this.#places.size, clients: this.#sessions.size };
  }

  /** The object of a cell, if it is of this manager. */
  find(cell: number, generation: number): Hosted | undefined {
    const place = this.#places.get(cell);
    return place?.generation === generation ? place.hosted : undefined;
  }

  /** Adds an object with a cell of its own. */
  add([cell, generation]: readonly [number, number], hosted: Hosted): void {
    hosted.references++;
    this.#places.set(cell, { generation, hosted });
  }

  /** Does what is asked until it is told to stop. */
  async run(): Promise<void> {
    const { channel } = this.#desk.requests;
    const { parking, getters } = channel;
    const take = () => {
      if (channel.tryTake()) {
        // Until we get our turn, others here (a pool, for one) may take messages, to
        // where small ones are put.
        const { taken } = channel;
        return taken.byteLength > SMALL_BYTES ? taken : taken.slice();
      }
      this.#lookForDead();
      return NOT_YET;
    };
    let done = 0;
    while (!this.#isStopped) {
      const message = channel.tryTake()
        ? channel.taken
        : await parking.wait(getters, take, this.#patience, "get a request");
      try {
        this.#do(message);
      } finally {
        channel.discardTaken();
      }
      if (this.#before > 0 && --this.#before === 0) this.#drop();
      if (isBreathless()) await breathe();
      else if (++done % MANY === 0) await undefined;
    }
  }

  /** Ends everything. */
  end(): void {
    for (const session of this.#sessions.values()) session.end(true);
    for (const { hosted } of this.#places.values()) endHosted(hosted);
  }

  /** Looks for objects that nobody refers to any more. */
  sweep(): void {
    this.#lookForDead();
    if (this.#gone.length > 0) return;
    const { memory, requests } = this.#desk;
    for (const entry of this.#places) {
      const [cell, { generation }] = entry;
      if (!isCell(memory, cell - 1, CELL_KIND.MANAGED, generation)) {
        this.#gone.push(entry);
      }
    }
    if (this.#gone.length === 0) return;
    // What was asked of them before is still to be done.
    this.#before = requests.channel.size;
    if (this.#before === 0) this.#drop();
  }

  #drop(): void {
    for (const [cell, place] of this.#gone) {
      if (this.#places.get(cell) === place) this.#places.delete(cell);
      if (--place.hosted.references === 0) endHosted(place.hosted);
    }
    this.#gone = [];
  }

  #do(message: Uint8Array): void {
    const client = clientIn(message);
    const number = numberIn(message);
    if (message[0] === ASK.HELLO) return this.#welcome(client, message);
    const session = this.#sessions.get(client);
    // It has died meanwhile, or has gone.
    if (session === undefined) return;
    switch (message[0]) {
      case ASK.CALL: {
        const cell = objectIn(message);
        const hosted = cell === ROOT
          ? this.#root
          : this.find(cell, generationIn(message));
        if (hosted === undefined) {
          return session.threw(
            number,
            new Error("Cannot call: the object is no more"),
          );
        }
        let args;
        try {
          args = fromBytes(bodyOf(message));
        } catch (error) {
          return session.threw(number, error);
        }
        return this.#hall.call(session, number, hosted, nameIn(message), args);
      }
      case ASK.CREATE: {
        const at = [objectIn(message), generationIn(message)] as const;
        let args;
        try {
          args = fromBytes(bodyOf(message));
        } catch (error) {
          args = Promise.reject(error);
        }
        return this.add(at, this.#hall.create(session, nameIn(message), args));
      }
      case ASK.FUNCTION: {
        const description = fromBytes(bodyOf(message)) as TargetDescription;
        session.functions.set(number, new ToldCall(description));
        return;
      }
      case ASK.CANCEL:
        return session.cancel(number);
      case ASK.STOP:
        this.#isStopped = true;
        return;
    }
  }

  #welcome(client: number, message: Uint8Array): void {
    const lane = fromBytes(bodyOf(message));
    if (isPromise(lane) || !(lane instanceof Lane)) return;
    this.#sessions.get(client)?.end(false);
    const find = (ref: ObjectRef) =>
      ref instanceof LocalRef && ref.desk === this.#desk
        ? this.find(...ref.target)
        : undefined;
    this.#sessions.set(
      client,
      new LocalSession(this.#desk, client, lane, find),
    );
  }

  /** Ends the sessions of those who have died. */
  #lookForDead(): void {
    const { memory } = this.#desk;
    const deaths = Atomics.load(memory.words, HEADER.DEATHS);
    if (deaths === this.#deaths) return;
    this.#deaths = deaths;
    for (const [client, session] of this.#sessions) {
      if (isAlive(memory, client)) continue;
      this.#sessions.delete(client);
      // It stays until the slot is taken by another.
      const at = participantAt(slotOf(client)) + PARTICIPANT.ENDED;
      session.end(memory.words[at] === ENDED_WELL);
    }
  }
}

/** Lets an object end that nobody refers to any more. */
export function endHosted({ type, object }: Hosted): void {
  try {
    const ended = type?.end?.(object);
    if (isPromise(ended)) ended.then(undefined, console.error);
  } catch (error) {
    console.error(error);
  }
}
