import {
  CELL_KIND,
  type Holding,
  holdingFor,
  share,
} from "../_internal/handles/mod.ts";
import { Lane } from "../_internal/lanes/mod.ts";
import {
  CELL,
  cellAt,
  isAlive,
  type Memory,
  PARTICIPANT,
  participantAt,
  processMemory,
  slotOf,
} from "../_internal/memory/mod.ts";

/*
 * | STATE    | means                                      | next                     |
 * | -------- | ------------------------------------------ | ------------------------ |
 * | 0        | the server is about to be started          | id, or ENDED, by starter |
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
const NAME = CELL.BODY + 4;
const MAX_NAME_LENGTH = 80;
const ENDED = -1;

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
    });
  }

  /** Where requests go. */
  readonly requests: Lane;
  readonly #holding: Holding;
  readonly #memory: Memory;
  readonly #at: number;
  #name: string | undefined;

  /** Opens a desk for the manager of that name; one that arrives knows its own. */
  constructor(name: string, lane: object = new Lane(processMemory())) {
    if (!(lane instanceof Lane)) {
      throw new TypeError("Cannot receive a manager: it has no lane");
    }
    this.#holding = holdingFor(CELL_KIND.MANAGER, processMemory);
    this.#memory = this.#holding.memory;
    this.#at = cellAt(this.#holding.cell);
    this.requests = lane;
    this.#holding.bind(this);
    const { words } = this.#memory;
    if (words[this.#at + STARTER] === 0) {
      words[this.#at + STARTER] = this.#memory.self;
      const short = name.slice(0, MAX_NAME_LENGTH);
      for (let n = 0; n < short.length; n++) {
        words[this.#at + NAME + n] = short.charCodeAt(n);
      }
      words[this.#at + NAME_LENGTH] = short.length;
    }
  }

  get memory(): Memory {
    return this.#memory;
  }

  /** What the manager is called. */
  get name(): string {
    if (this.#name === undefined) {
      const { words } = this.#memory;
      const start = this.#at + NAME;
      const end = start + words[this.#at + NAME_LENGTH];
      this.#name = String.fromCharCode(...words.subarray(start, end));
    }
    return this.#name;
  }

  /** Process id of the server; 0 before it is started. */
  get pid(): number {
    return Atomics.load(this.#memory.words, this.#at + PID);
  }

  /** Notes which participant the server is. */
  opened(id: number, pid: number): void {
    const { words } = this.#memory;
    Atomics.store(words, this.#at + PID, pid);
    // Settles the race with a server that has ended at once.
    Atomics.compareExchange(words, this.#at + STATE, 0, id);
  }

  /** Notes that the server has ended. */
  closed(): void {
    Atomics.store(this.#memory.words, this.#at + STATE, ENDED);
  }

  /** Whether the server is known to have ended, or will never begin. */
  get isOver(): boolean {
    const { words } = this.#memory;
    const state = Atomics.load(words, this.#at + STATE);
    if (state > 0) return !isAlive(this.#memory, state);
    return state === ENDED ||
      !isAlive(this.#memory, words[this.#at + STARTER]);
  }

  /** Process id of a participant of its program. */
  pidOf(client: number): number {
    const at = participantAt(slotOf(client)) + PARTICIPANT.PID;
    return this.#memory.words[at];
  }
}
