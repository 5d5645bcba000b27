import {
  LoggedWait,
  noteBlocked,
  textWorker,
  unrefWorker,
} from "../parking/mod.ts";
import { type Address, bareTerms, FRAME_HEADER_BYTES } from "../sockets/mod.ts";
import { LINK } from "./link_layout.ts";
import { linkMain } from "./link_main.ts";
import { ASK, REQUEST_BYTES } from "./messages.ts";
import { type Greeting, type HubOffer, PURPOSE } from "./offer.ts";

/** Most bytes of an answer that there is room for at first, and at all. */
const FIRST_BYTES = 65_536;
const MOST_BYTES = 2 ** 32 - 1;
/** Milliseconds after which a blocked thread looks whether it has been disturbed. */
const TICK_MS = 500;

const {
  STATE,
  LENGTH,
  CONNECTED,
  LOANS,
  HEAD_BYTES,
  IDLE,
  ASKED,
  ANSWERED,
  ENDED,
  KEEP,
  WRITTEN,
} = LINK;

/**
 * A second connection to the hub, for who is blocked, or does not let go: the runtime
 * reads no socket for such a thread, and does not say that it has written, so a worker
 * does. It starts when it is first of use, or with the first loan.
 */
export class HubLink {
  readonly #offer: HubOffer;
  #memory: SharedArrayBuffer | undefined;
  #words = new Int32Array(new SharedArrayBuffer(0));

  constructor(offer: HubOffer) {
    this.#offer = offer;
  }

  /** Connects, and waits until that is done. */
  async connected(): Promise<void> {
    this.open();
    await Atomics.waitAsync(this.#words, CONNECTED, 0).value;
  }

  /**
   * Has the worker mind recalls of loans from now on, also while this thread is blocked.
   *
   * @returns their words; nothing if the hub has ended
   */
  async keepLoans(): Promise<Int32Array | undefined> {
    await this.connected();
    const words = this.#words;
    if (Atomics.compareExchange(words, STATE, IDLE, KEEP) !== 0) {
      return undefined;
    }
    Atomics.notify(words, STATE);
    return words.subarray(LOANS);
  }

  /** Begins to connect. */
  open(): void {
    if (this.#memory !== undefined) return;
    this.#memory = new SharedArrayBuffer(FIRST_BYTES, {
      maxByteLength: MOST_BYTES,
    });
    this.#words = new Int32Array(this.#memory, 0, HEAD_BYTES / 4);
    const kept = new Uint8Array(REQUEST_BYTES);
    kept[0] = ASK.KEPT;
    const { address, key, ticket } = this.#offer;
    const greeting: Greeting = { ticket, isLink: true, pid: Deno.pid };
    const setup: LinkSetup = {
      memory: this.#memory,
      address,
      key,
      greeting: new TextEncoder().encode(JSON.stringify(greeting)),
      kept,
      ...bareTerms(PURPOSE, MOST_BYTES),
    };
    const worker = textWorker(linkMain, "hub link", LINK);
    worker.postMessage(setup);
    unrefWorker(worker);
  }

  /**
   * Has something written, and blocks until there is an answer.
   *
   * @param before what is to be written before it
   * @param doing what it is for, as in "call Queue.getSync()"
   * @returns the answer, without its frame; nothing if the hub has ended
   */
  exchange(
    before: Uint8Array,
    byteLength: number,
    writeTo: (target: Uint8Array<ArrayBuffer>, at: number) => void,
    doing: string,
  ): Uint8Array | undefined {
    const frame = new Uint8Array(FRAME_HEADER_BYTES + byteLength);
    new DataView(frame.buffer).setUint32(0, byteLength, true);
    writeTo(frame, FRAME_HEADER_BYTES);
    this.open();
    const memory = this.#memory!;
    const words = this.#words;
    Atomics.wait(words, STATE, KEEP);
    const asked = before.length + frame.length;
    if (HEAD_BYTES + asked > memory.byteLength) memory.grow(HEAD_BYTES + asked);
    const bytes = new Uint8Array(memory, HEAD_BYTES, asked);
    bytes.set(before);
    bytes.set(frame, before.length);
    words[LENGTH] = asked | 0;
    if (Atomics.compareExchange(words, STATE, IDLE, ASKED) !== 0) {
      return undefined;
    }
    Atomics.notify(words, STATE);
    if (this.#waitForAnswer(doing) === ENDED) return undefined;
    const answered = words[LENGTH] >>> 0;
    const answer = new Uint8Array(memory, HEAD_BYTES, answered).slice();
    Atomics.compareExchange(words, STATE, ANSWERED, IDLE);
    return answer;
  }

  /** Gives the state by then. */
  #waitForAnswer(doing: string): number {
    const words = this.#words;
    const start = performance.now();
    const logged = LoggedWait.begin(doing);
    let state: number = ASKED;
    while (state === ASKED || state === WRITTEN) {
      const woken = Atomics.wait(words, STATE, state, TICK_MS);
      if (woken === "timed-out") {
        logged?.note();
        noteBlocked(doing, start);
      }
      state = Atomics.load(words, STATE);
    }
    logged?.end(state === ENDED);
    return state;
  }
}

/** What the worker is told. */
export interface LinkSetup {
  readonly memory: SharedArrayBuffer;
  readonly address: Address;
  readonly key: string;
  readonly greeting: Uint8Array;
  /** What to answer a recall with, but for the number of the loan and of messages begun. */
  readonly kept: Uint8Array<ArrayBuffer>;
  readonly hello: Uint8Array<ArrayBuffer>;
  readonly connectorLabel: Uint8Array<ArrayBuffer>;
  readonly listenerLabel: Uint8Array<ArrayBuffer>;
}
