import { handOver, reap, relayedModules } from "../handles/mod.ts";
import { levelForChild, type LogLevel, logName } from "../log.ts";
import {
  claim,
  claimForClient,
  isAlive,
  markKilled,
  noteSpawned,
  PARTICIPANT,
  participantAt,
  slotOf,
  STATE,
  threadMemory,
} from "../memory/mod.ts";
import { Patience, pause, unrefWorker } from "../parking/mod.ts";
import { claimedTicket } from "./claimed_ticket.ts";
import { addressIn, type HubOffer, type HubPlaces, LOOPBACK } from "./offer.ts";

/** What the thread of a hub is told to do. */
export interface HubOrder {
  readonly buffer: SharedArrayBuffer;
  readonly id: number;
  readonly key: Uint8Array<ArrayBuffer>;
  /** The modules to load. */
  readonly modules: readonly string[];
  /** What it is to log, and what it is called there. */
  readonly log: { readonly level: LogLevel | "off"; readonly name: string };
  /** Where to say that it is done: a word that is 1 then, a length, JSON. */
  readonly answer: SharedArrayBuffer;
}

/** A child that is about to be a client of the hub. */
export interface ExpectedChild {
  readonly offer: HubOffer;
  /** It has been started, as which process if it is one, or not. */
  settle(started: boolean, pid?: number): void;
  /** It has been killed, and is about to end. Its host can say so before the hub notices. */
  noteKill?(): void;
  /** It has ended, or was never started, and nobody waits for what it has sent. */
  left(): void;
  /** It has ended; resolves once what it has sent is where it was to go. */
  ended(): Promise<void>;
}

const ANSWER_BYTES = 8_192;
/** Milliseconds that the thread of the hub has to start. */
const START_MS = 30_000;
/** Milliseconds that the hub has to read what a child has left. */
const READ_MS = 2_000;

/**
 * `load` is never called. By it the runtime fetches the modules of the hub together with those of
 * the program: who starts a hub is blocked, and the runtime then fetches nothing for others.
 */
const ENTRY = {
  url: new URL("./_hub_entry.ts", import.meta.url),
  load: () => import("./_hub_entry.ts"),
};
/** The folder of the library. */
const LIBRARY = new URL("../../", import.meta.url);

/** The hub of this isolate. */
let host: Host | undefined;

/** Keeps what this isolate and its threads have where others can ask for it. */
class Host {
  readonly #worker: Worker;
  readonly #key = crypto.getRandomValues(new Uint8Array(32));
  readonly #memory = threadMemory();
  /** The participant that its thread is. */
  readonly id: number;
  /** Whether its thread has ended by an error. */
  hasFailed = false;
  #answer: SharedArrayBuffer | undefined;
  #places: HubPlaces | undefined;

  constructor() {
    checkPermissions();
    this.id = claim(this.#memory, this.#memory.self);
    this.#worker = new Worker(ENTRY.url, {
      type: "module",
      name: "hub",
    });
    unrefWorker(this.#worker);
    Patience.parkAtOnce();
    // What goes wrong there is told by the answer.
    this.#worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.hasFailed = true;
    });
  }

  get key(): string {
    return this.#key.toHex();
  }

  /**
   * Where it listens; blocks the first time, until it does, or has failed to.
   *
   * @throws {Error} if it cannot
   */
  get places(): HubPlaces {
    return this.#places ??= readPlaces(this.#answer ??= this.#start());
  }

  /** Gives where the answer is, if there has been one by then. */
  #start(): SharedArrayBuffer {
    const answer = new SharedArrayBuffer(ANSWER_BYTES);
    const order: HubOrder = {
      buffer: this.#memory.buffer,
      id: this.id,
      key: this.#key,
      modules: relayedModules(),
      log: { level: levelForChild() ?? "off", name: `${logName()}/hub` },
      answer,
    };
    this.#worker.postMessage(order);
    Atomics.wait(new Int32Array(answer), 0, 0, START_MS);
    return answer;
  }
}

/** @throws {Error} if the hub has not answered, or could not start */
function readPlaces(answer: SharedArrayBuffer): HubPlaces {
  const words = new Int32Array(answer, 0, 2);
  if (Atomics.load(words, 0) === 0) {
    throw new Error(
      "the hub has not started; it needs to have its modules, which are not fetched meanwhile if the program was started with --reload",
    );
  }
  const text = new TextDecoder().decode(
    new Uint8Array(answer, 8, words[1]).slice(),
  );
  const told: HubPlaces | { problem: string } = JSON.parse(text);
  if ("problem" in told) throw new Error(told.problem);
  return told;
}

/**
 * Lets a child that is about to start use objects of this isolate.
 *
 * @param mayConnect whether it may connect to anything
 * @throws {TypeError} if one of the objects is no more
 */
export function expectChild(
  handles: readonly object[],
  mayConnect: boolean,
): ExpectedChild {
  const by = host ??= new Host();
  const { places, key } = by;
  const memory = threadMemory();
  const id = claimForClient(memory, by.id);
  let settle: (started: boolean) => void;
  try {
    settle = handOver(handles, { thread: id });
  } catch (error) {
    reap(memory, id);
    throw error;
  }
  return {
    offer: {
      places,
      address: addressIn(places, mayConnect),
      key,
      ticket: claimedTicket(memory, id),
    },
    settle(started, pid) {
      if (pid !== undefined) noteSpawned(memory, id, pid);
      settle(started);
    },
    noteKill: () => markKilled(memory, id),
    left: () => void clearUp(by, id),
    ended: () => clearUp(by, id),
  };
}

/**
 * Waits until the hub has read all that a child has left and has reaped it, so that
 * whoever hears of its end finds all that it has sent. If the hub is far behind, nobody
 * waits for it, but it still acts as that child, and reaps it in its time.
 */
async function clearUp(host: Host, id: number): Promise<void> {
  const memory = threadMemory();
  const state = participantAt(slotOf(id)) + PARTICIPANT.STATE;
  const isServed = () =>
    !host.hasFailed && isAlive(memory, id) &&
    Atomics.load(memory.words, state) !== STATE.STARTING;
  const late = performance.now() + READ_MS;
  while (isServed() && performance.now() < late) {
    await pause(1);
  }
  if (!isServed()) reap(memory, id);
}

/** @throws {Deno.errors.NotCapable} if the thread of a hub would not get far */
function checkPermissions(): void {
  const missing: string[] = [];
  const { hostname: host } = LOOPBACK;
  if (!isGranted({ name: "net", host })) missing.push(`--allow-net=${host}`);
  const { protocol } = ENTRY.url;
  if (protocol === "file:" && !isGranted({ name: "read", path: LIBRARY })) {
    missing.push("--allow-read");
  }
  if (missing.length === 0) return;
  const or = Deno.build.os === "linux" ? ", or else --allow-ffi" : "";
  throw new Deno.errors.NotCapable(
    `processes share objects over a socket here, which needs ${
      missing.join(" and ")
    }${or}`,
  );
}

function isGranted(wanted: Deno.PermissionDescriptor): boolean {
  return Deno.permissions.querySync(wanted).state === "granted";
}
