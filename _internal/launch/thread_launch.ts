import { encode } from "../codec/mod.ts";
import { levelForChild, log } from "../log.ts";
import { giveUp, handOver, holdingOf, reap } from "../handles/mod.ts";
import { expectChild, type ExpectedChild, LOOPBACK } from "../hub/mod.ts";
import {
  claim,
  isCurrent,
  type Memory,
  openedMemory,
  PARTICIPANT,
  participantAt,
  recordEnd,
  slotOf,
  STOPPING_MS,
  threadMemory,
} from "../memory/mod.ts";
import {
  callLater,
  checkWait,
  NOT_YET,
  type Parking,
  parkingOf,
  Patience,
  unrefWorker,
  waitForPromise,
  type WaitOptions,
} from "../parking/mod.ts";
import { withAuthKey } from "./auth_key.ts";
import { type BootRecord, writeBoot } from "./boot_record.ts";
import { workerPermissions } from "./child_permissions.ts";
import { filePath } from "./file_path.ts";
import { WATCH, watchForThread, watchWhenAsked } from "./interrupt.ts";
import { grantOf, hasItem } from "./permission_kind.ts";
import { addRunningThread } from "./running_children.ts";
import { shareCounts } from "./self.ts";
import { identOf } from "./thread_ident.ts";

/** What to start. */
export interface ThreadLaunch {
  readonly entry: string;
  readonly record: BootRecord;
  readonly args: readonly unknown[];
  readonly fields: object | undefined;
  readonly permissions: "inherit" | "none" | Deno.PermissionOptionsObject;
}

/** What a thread gets in its first message. */
export interface ThreadBoot {
  readonly buffer: SharedArrayBuffer;
  readonly id: number;
  readonly boot: Uint8Array;
}

/** What a thread is told, what is shared of it, and the hub that it asks for that. */
interface Told {
  readonly boot: Uint8Array;
  readonly handles: readonly object[];
  readonly expected: ExpectedChild | undefined;
}

/** Exit codes of a thread that failed, and of one that was stopped. */
const FAILED = 1;
const STOPPED = -15;
/** Milliseconds after which to look again whether a stopped thread can be cleared up. */
const AGAIN_MS = 10;

/** A thread that has been started. */
export class LaunchedThread {
  readonly ident: number;
  readonly #name: string;
  /** Called once when it has ended. */
  onEnd: (() => void) | undefined;
  readonly #memory = threadMemory();
  readonly #id: number;
  /** First word of its entry among the participants. */
  readonly #entry: number;
  readonly #worker: Worker;
  readonly #patience = new Patience();
  readonly #ended = Promise.withResolvers<void>();
  /** Fulfilled when what it has sent is where it was to go, if it has ended by itself. */
  readonly #left: Promise<void>;
  #exitCode: number | null = null;

  /**
   * Starts a thread.
   *
   * @throws {TypeError} if an argument cannot be sent; nothing is started then
   * @throws {Deno.errors.NotCapable} if it could not read its modules
   */
  constructor(launch: ThreadLaunch) {
    const memory = this.#memory;
    const { entry, record } = launch;
    this.#name = record.name;
    checkMayRead(entry, record.name);
    shareCounts();
    watchWhenAsked();
    const told = tell(launch);
    this.#id = claimFor(told, memory);
    this.#entry = participantAt(slotOf(this.#id));
    this.ident = identOf(slotOf(this.#id));
    this.#worker = this.#spawn(launch, told);
    const { boot, expected } = told;
    this.#left = this.#ended.promise.then(() =>
      // One that was stopped may go on for a while.
      this.#exitCode === STOPPED ? expected?.left() : expected?.ended()
    );
    this.#listen();
    const message: ThreadBoot = { buffer: memory.buffer, id: this.#id, boot };
    this.#worker.postMessage(message);
    if (record.daemon) unrefWorker(this.#worker);
    addRunningThread(this, record.daemon);
    log?.info(`started ${record.name}`);
  }

  /** Hands over what it is told of, and starts it; takes all back if that fails. */
  #spawn(
    { entry, record, permissions }: ThreadLaunch,
    { handles, expected }: Told,
  ): Worker {
    let settle = (_started: boolean) => {};
    let worker;
    try {
      this.#claimTwin();
      settle = handOver(handles, {
        thread: this.#id,
        process: this.#twin || undefined,
      });
      worker = new Worker(entry, {
        type: "module",
        name: record.name,
        ...workerPermissions(permissions),
      });
    } catch (error) {
      settle(false);
      expected?.left();
      // It has never been, so nobody misses it.
      for (const [memory, id] of this.#ids()) recordEnd(memory, id, 0);
      this.#bury();
      throw error;
    }
    settle(true);
    return worker;
  }

  #listen(): void {
    this.#worker.addEventListener("message", ({ data }) => {
      if (data === WATCH) watchForThread();
      // Its last message; whoever joins it need not wait for that.
      else this.#notice();
    });
    this.#worker.addEventListener("error", (event) => {
      // The thread has reported it; the program goes on without it.
      event.preventDefault();
      this.#end(FAILED);
    });
  }

  /** Fulfilled when its end has been noticed. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** The exit code, or `null` while it runs. */
  get exitCode(): number | null {
    this.#notice();
    return this.#exitCode;
  }

  /** The wait list that tells of its end. */
  get place(): { parking: Parking; list: number } {
    return {
      parking: parkingOf(this.#memory),
      list: this.#entry + PARTICIPANT.JOINERS,
    };
  }

  /** Waits for its end. */
  async join(doing: string, wait?: WaitOptions): Promise<number> {
    checkWait(wait);
    const { parking, list } = this.place;
    const { timeout = Infinity, signal } = wait ?? {};
    const end = performance.now() + timeout;
    const exitCode = this.exitCode ?? await parking.wait(
      list,
      () => this.exitCode ?? NOT_YET,
      this.#patience,
      doing,
      wait,
    );
    const left = { timeout: Math.max(0, end - performance.now()), signal };
    // If time is over, its end is known all the same.
    await waitForPromise(this.#left, doing, left).catch(() => {});
    return exitCode;
  }

  /** Stops it. What it computes without a pause goes on until it pauses. */
  terminate(): void {
    if (this.exitCode === null) this.#end(STOPPED);
  }

  #end(exitCode: number): void {
    if (this.#exitCode !== null) return;
    recordEnd(this.#memory, this.#id, exitCode);
    this.place.parking.wakeAll(this.place.list);
    this.#notice();
  }

  /** Learns of its end and clears up after it, once. */
  #notice(): void {
    if (this.#exitCode !== null) return;
    const ended = Atomics.load(
      this.#memory.words,
      this.#entry + PARTICIPANT.ENDED,
    );
    if (ended === 0) return;
    this.#exitCode = ended - 1;
    log?.info(`${this.#name} has ended with exit code ${this.#exitCode}`);
    this.#worker.terminate();
    if (this.#exitCode === STOPPED) this.#buryLater();
    else this.#bury();
    this.onEnd?.();
    this.#ended.resolve();
  }

  get #twin(): number {
    return Atomics.load(this.#memory.words, this.#entry + PARTICIPANT.TWIN);
  }

  /** Takes a place for it in the process memory, if there is one. */
  #claimTwin(): void {
    const processes = openedMemory("process");
    if (processes === undefined) return;
    const { words } = processes;
    const twin = claim(processes, processes.self);
    const own = participantAt(slotOf(processes.self));
    words[participantAt(slotOf(twin)) + PARTICIPANT.PROCESS] =
      words[own + PARTICIPANT.PROCESS];
    this.#memory.words[this.#entry + PARTICIPANT.TWIN] = twin;
  }

  /** Clears up after it in every memory it took part in. */
  #bury(): void {
    for (const [memory, id] of this.#ids()) reap(memory, id);
  }

  /** The same for a thread that may go on for a moment. */
  #buryLater(): void {
    const ids = this.#ids();
    for (const [memory, id] of ids) giveUp(memory, id);
    const bury = () => {
      for (const [memory, id] of ids) reap(memory, id);
      // The timer has another clock: it may be a millisecond too early.
      if (ids.some(([memory, id]) => isCurrent(memory, id))) {
        callLater(AGAIN_MS, bury);
      }
    };
    callLater(STOPPING_MS, bury);
  }

  /** Its id in every memory it took part in. */
  #ids(): [Memory, number][] {
    const processes = openedMemory("process");
    const twin = this.#twin;
    const ids: [Memory, number][] = [[this.#memory, this.#id]];
    if (processes !== undefined && twin !== 0) ids.unshift([processes, twin]);
    return ids;
  }
}

/**
 * Writes down what a thread is told.
 *
 * @throws {TypeError} if an argument cannot be sent
 */
function tell({ record, args, fields, permissions }: ThreadLaunch): Told {
  const to = "another thread";
  const destination = { reach: "thread" };
  const own = encode(fields, { root: "this", destination, to }).snapshot();
  const given = encode(args, { root: "args", destination, to }).snapshot();
  const handles = [...given.handles, ...own.handles];
  const expected = expectAtHub(handles, record.name);
  const boot = writeBoot({
    record: {
      // One that may do less may not reach the memory with the key.
      ...withAuthKey(record, permissions === "inherit"),
      hub: expected?.offer,
      log: levelForChild(),
    },
    fields: own,
    args: given,
  });
  return { boot, handles, expected };
}

/**
 * Takes a place for who is told that; if there is none, nobody expects it any more.
 *
 * @throws {RangeError} if as many run as can
 */
function claimFor({ expected }: Told, memory: Memory): number {
  try {
    return claim(memory, memory.self);
  } catch (error) {
    expected?.left();
    throw error;
  }
}

/** @throws {Deno.errors.NotCapable} if a thread could not read its modules */
function checkMayRead(entry: string, name: string): void {
  const url = new URL(entry);
  // A compiled program has them in itself.
  if (url.protocol !== "file:" || Deno.build.standalone) return;
  if (hasItem("read", filePath(url))) return;
  throw new Deno.errors.NotCapable(
    `Cannot start ${name}: a thread reads its modules, which needs --allow-read`,
  );
}

/** Lets a thread ask for what is at a hub, if it is handed such. */
function expectAtHub(
  handles: readonly object[],
  name: string,
): ExpectedChild | undefined {
  const relayed = handles.filter((handle) => holdingOf(handle)?.isRelayed);
  if (relayed.length === 0) return undefined;
  if (grantOf("net") !== "items") return expectChild("thread", relayed, true);
  if (hasItem("net", LOOPBACK.hostname)) {
    return expectChild("thread", relayed, false);
  }
  throw new Deno.errors.NotCapable(
    `Cannot start ${name}: what it is handed is at the hub of another process, which a thread reaches only with --allow-net=${LOOPBACK.hostname}`,
  );
}
