import { Parcel } from "../_internal/channel/mod.ts";
import { encode } from "../_internal/codec/mod.ts";
import {
  ALWAYS,
  cargoOf,
  CELL_KIND,
  type Holding,
  holdingFor,
  type Opaque,
  type RelayedMethods,
  share,
} from "../_internal/handles/mod.ts";
import { currentClient, type RelayedHolding } from "../_internal/hub/mod.ts";
import { Lane } from "../_internal/lanes/mod.ts";
import {
  CELL,
  cellAt,
  isAlive,
  type Memory,
  widestMemory,
} from "../_internal/memory/mod.ts";
import {
  NOT_YET,
  parkingOf,
  Patience,
  type WaitOptions,
} from "../_internal/parking/mod.ts";
import { programDestination } from "./_destination.ts";
import { Lookout, type News } from "./_lookout.ts";
import { ASK, nameBytes, Request } from "./_messages.ts";

/*
 * | STATE    | means                                      | next                     |
 * | -------- | ------------------------------------------ | ------------------------ |
 * | 0        | the server is about to be started          | id, by the starter or    |
 * |          |                                            | the server; ENDED, by    |
 * |          |                                            | the starter              |
 * | id       | the server is, or was, that participant    | ENDED by whoever knows   |
 * | ENDED    | the server has ended                       |                          |
 *
 * Whoever dies between two lines: a starter in state 0 has never told anybody of the
 * desk but its own children, who find STARTER dead; a server in state id is found
 * dead in the table of participants.
 */
const STATE = CELL.BODY;
const STARTER = CELL.BODY + 1;
const PID = CELL.BODY + 2;
const NAME_LENGTH = CELL.BODY + 3;
/** Two characters in a word. */
const NAME = CELL.BODY + 4;
const MAX_NAME_LENGTH = 80;
/** Those who wait for its end. */
const WAITERS = NAME + MAX_NAME_LENGTH / 2;
const ENDED = -1;
/** Milliseconds between two looks for objects that nobody refers to. */
export const SWEEP_MS = 500;

/** What a manager is called, and its process. */
type Facts = readonly [name: string, pid: number];

/** What has become of others, as a server is told. */
export interface DeskNews extends News {
  /** How many requests that may be from or about them are to be done before. */
  readonly after: number;
}

/** How a hub is asked for a desk. */
const METHODS: RelayedMethods = {
  facts: {},
  factsSync: { sync: true },
  opened: { post: ALWAYS },
  serve: { post: ALWAYS },
  closed: { post: ALWAYS, last: true },
  hello: { post: ALWAYS },
  whenOver: {},
  lookForClient: { post: ALWAYS },
  lookForObject: { post: ALWAYS },
  next: { wait: 0 },
};

/** Where a manager takes requests from the processes and threads of its program. */
export class Desk {
  static {
    share(Desk, {
      name: "ManagerDesk",
      module: import.meta.url,
      kind: CELL_KIND.MANAGER,
      holdingOf: (desk) => desk.#holding,
      partsOf: (desk) => [desk.requests],
      create: ([lane]) => new Desk("", lane),
      atHub: {
        make: (name: string, lane: object) => new Desk(name, lane),
        methods: METHODS,
      },
    });
  }

  /** Where requests go. */
  readonly requests: Lane;
  readonly #holding: Holding;
  readonly #memory: Memory;
  readonly #at: number;
  readonly #lookout: Lookout;
  readonly #patience = new Patience();
  #facts: Facts | undefined;
  #nextSweep = 0;

  /** Opens a desk for the manager of that name; one that arrives knows its own. */
  constructor(name: string, lane: object = new Lane(widestMemory())) {
    if (!(lane instanceof Lane)) {
      throw new TypeError("Cannot receive a manager: it has no lane");
    }
    this.#holding = holdingFor(CELL_KIND.MANAGER, widestMemory);
    this.#memory = this.#holding.memory;
    this.#at = cellAt(this.#holding.cell);
    this.#lookout = new Lookout(this.#memory);
    this.requests = lane;
    this.#holding.bind(this);
    const short = name.slice(0, MAX_NAME_LENGTH);
    this.#holding.madeOf([short, lane]);
    if (!this.isRelayed) this.#write(short);
  }

  #write(name: string): void {
    const { words, self } = this.#memory;
    if (words[this.#at + STARTER] !== 0) return;
    words[this.#at + STARTER] = self;
    for (let n = 0; n < name.length; n++) {
      const code = name.charCodeAt(n);
      words[this.#at + NAME + (n >> 1)] |= n % 2 === 0 ? code : code << 16;
    }
    words[this.#at + NAME_LENGTH] = name.length;
  }

  get memory(): Memory {
    return this.#memory;
  }

  /** Whether it is at a hub, which is to be asked for it. */
  get isRelayed(): boolean {
    return this.#holding.isRelayed;
  }

  /** What the manager is called. */
  get name(): string {
    return (this.#facts ??= this.factsSync())[0];
  }

  /** Process id of the server; 0 before it is started. */
  get pid(): number {
    if (this.#facts !== undefined) return this.#facts[1];
    const facts = this.factsSync();
    if (facts[1] !== 0) this.#facts = facts;
    return facts[1];
  }

  /** Learns the name and the process of the manager, so that nobody must block for it. */
  async learn(): Promise<void> {
    this.#facts ??= await this.facts();
  }

  /** Name and process of the manager. */
  facts(): Promise<Facts> {
    return Promise.resolve(this.factsSync());
  }

  /** The same, blocking the thread if it is to be asked for. */
  factsSync(): Facts {
    const { words } = this.#memory;
    const codes = Array.from(
      { length: words[this.#at + NAME_LENGTH] },
      (_, n) => words[this.#at + NAME + (n >> 1)] >>> n % 2 * 16 & 0xffff,
    );
    return [
      String.fromCharCode(...codes),
      Atomics.load(words, this.#at + PID),
    ];
  }

  /**
   * Notes that the server has been started.
   *
   * @param id which participant it is, if that is known
   */
  opened(pid: number, id = 0): void {
    const { words } = this.#memory;
    Atomics.store(words, this.#at + PID, pid);
    // Settles the race with a server that has ended at once.
    Atomics.compareExchange(words, this.#at + STATE, 0, id);
  }

  /** Notes that this participant is the server. */
  serve(): void {
    const { words, self } = this.#memory;
    Atomics.compareExchange(words, this.#at + STATE, 0, self);
  }

  /** Notes that the server has ended. */
  closed(): void {
    Atomics.store(this.#memory.words, this.#at + STATE, ENDED);
    parkingOf(this.#memory).wakeAll(this.#at + WAITERS);
  }

  /** Whether the server is known to have ended, or will never begin. */
  get isOver(): boolean {
    const { words } = this.#memory;
    const state = Atomics.load(words, this.#at + STATE);
    if (state > 0) return !isAlive(this.#memory, state);
    return state === ENDED ||
      !isAlive(this.#memory, words[this.#at + STARTER]);
  }

  /** Waits until the server has ended; the program may end before. */
  async over(): Promise<void> {
    if (!this.isRelayed) return await this.whenOver();
    const holding = this.#holding as RelayedHolding;
    const call = { isIdle: true };
    await currentClient()!.standing.receive(holding, "whenOver", call);
  }

  /** Waits until the server has ended: for a hub. */
  async whenOver(): Promise<void> {
    if (this.isOver) return;
    await parkingOf(this.#memory).wait(
      this.#at + WAITERS,
      () => this.isOver || NOT_YET,
      this.#patience,
      "see a manager end",
    );
  }

  /**
   * Says that this participant is about to ask, and where to reply.
   *
   * @param pid its process
   */
  hello(replies: Lane, pid: number): void {
    const { self } = this.#memory;
    const encoded = encode([replies, self, pid], {
      root: "args",
      destination: programDestination(),
    });
    const name = nameBytes("");
    const { cell } = replies.place;
    const request = new Request(ASK.HELLO, 0, [0, 0], cell, name, encoded);
    const cargo = cargoOf(encoded.handles);
    this.requests.outlet.trySend(new Parcel(request, false, cargo));
  }

  /** Has {@linkcode next} tell of the end of a client: for a hub. */
  lookForClient(id: number): void {
    this.#lookout.addClient(id);
  }

  /** Has {@linkcode next} tell when nobody refers to an object any more: for a hub. */
  lookForObject(cell: number, generation: number): void {
    this.#lookout.addObject(cell, generation);
  }

  /** The next requests, or what has become of others: for a hub. */
  async next(wait?: WaitOptions): Promise<Opaque | DeskNews> {
    const { channel: { parking, getters } } = this.requests;
    const attempt = () => this.#next() ?? NOT_YET;
    const next = attempt();
    if (next !== NOT_YET) return next;
    return await parking.wait(getters, attempt, this.#patience, "serve", wait);
  }

  #next(): Opaque | DeskNews | undefined {
    const now = performance.now();
    const isTime = now >= this.#nextSweep;
    if (isTime) this.#nextSweep = now + SWEEP_MS;
    // First, so that nothing is handed to who has ended before it was asked for.
    const news = this.#lookout.takeNews({ ofObjects: isTime });
    if (news === undefined) return this.requests.takeRest();
    // It is to be told once all that was asked before is done.
    return { ...news, after: this.requests.channel.size };
  }
}
