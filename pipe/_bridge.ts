import { Channel, MAX_INLINE, type Parcel } from "../_internal/channel/mod.ts";
import {
  bytesParcel,
  encodedParcel,
  type Holding,
  Outlet,
} from "../_internal/handles/mod.ts";
import {
  cellAt,
  isSealed,
  type Memory,
  peerOf,
} from "../_internal/memory/mod.ts";
import {
  breathe,
  isBreathless,
  parkingOf,
  waitForPromise,
  type WaitOptions,
} from "../_internal/parking/mod.ts";
import {
  FRAME,
  type FramedSocket,
  FrameError,
} from "../_internal/sockets/mod.ts";
import { addBridge, type LocalBridge, removeBridge } from "./_bridges.ts";
import { CAPACITY, LIMIT, PROBLEM, PROBLEM_AT } from "./_direction.ts";
import { broken, SENDING } from "./_errors.ts";

/**
 * Carries messages between a socket and the far end of a pipe, whose near end is
 * the connection that a program has. So a connection over a socket is like any
 * other, and can be handed to anybody; the socket stays here.
 *
 * What is on its way is bounded: messages for the program as in any pipe, and while
 * they do not fit the socket is not read; messages from it as in any pipe, and while
 * the socket does not take them they stay there.
 *
 * Nothing of this keeps the program alive but a write that is going on.
 */
export class Bridge implements LocalBridge {
  readonly #socket: FramedSocket;
  readonly #far: Holding;
  readonly #near: number;
  readonly #inbox: Channel;
  readonly #outlet: Outlet;
  readonly #putters: number;
  #taken = 0;
  #written = 0;
  #isSending = false;
  #isBroken = false;
  #isOver = false;
  readonly #flushes: { readonly until: number; resolve(): void }[] = [];
  /** Called when there may be room for a message that has come. */
  #lookForRoom: (() => void) | undefined;
  #stopAttending: (() => void) | undefined;

  /** @param far the hold on the far end, which becomes ours */
  constructor(socket: FramedSocket, far: Holding) {
    this.#socket = socket;
    this.#far = far;
    const { memory, cell } = far;
    const parking = parkingOf(memory);
    this.#near = peerOf(memory, cell);
    this.#inbox = new Channel(parking, cell);
    const outbox = new Channel(parking, this.#near);
    outbox.limit(0, CAPACITY);
    this.#putters = outbox.putters;
    this.#outlet = new Outlet(outbox, () => {
      // Once it is over, the cell may be another's.
      if (this.#isOver || this.#isSealed) throw broken();
    }, SENDING);
    addBridge(memory, this.#near, this);
    this.#receive();
  }

  sent(): void {
    if (!this.#isSending && !this.#isOver) this.#send();
  }

  received(): void {
    this.#lookForRoom?.();
  }

  async flush(wait?: WaitOptions): Promise<void> {
    this.sent();
    const until = this.#taken + this.#inbox.size;
    if (this.#isOver || this.#isBroken || this.#written >= until) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#flushes.push({ until, resolve });
    // The message is on its way: if time is over, all that is over is our wait.
    await waitForPromise(promise, "flush", wait).catch(() => {});
  }

  attend(): void {
    if (this.#isOver) return;
    this.#stopAttending ??= parkingOf(this.#memory).attend(
      [this.#inbox.getters, this.#putters],
      () => {
        this.received();
        this.sent();
      },
    );
  }

  get #memory(): Memory {
    return this.#far.memory;
  }

  /** Whether nobody has the connection any more. */
  get #isSealed(): boolean {
    return isSealed(this.#memory, this.#near);
  }

  async #send(): Promise<void> {
    this.#isSending = true;
    try {
      for (;;) {
        // In this order, as nothing is sent after the last holder has gone.
        const isLast = this.#isSealed;
        const written = this.#isBroken ? undefined : this.#sendWhatIsThere();
        if (written === undefined) return isLast ? this.#finish() : undefined;
        await written;
        if (this.#isOver) return;
        if (isBreathless()) await breathe();
      }
    } catch {
      this.#break();
    } finally {
      this.#isSending = false;
      this.#inbox.discardTaken();
    }
  }

  /** @returns nothing, and at once, if there is nothing */
  #sendWhatIsThere(): Promise<void> | undefined {
    const { writer } = this.#socket;
    const inbox = this.#inbox;
    const before = this.#taken;
    let large: Promise<void> | undefined;
    while (
      large === undefined && writer.hasRoom(MAX_INLINE) && inbox.tryTake()
    ) {
      this.#taken++;
      const kind = inbox.takenRaw ? FRAME.BYTES : FRAME.VALUE;
      const { taken } = inbox;
      if (writer.hasRoom(taken.byteLength)) writer.add(kind, taken);
      else large = writer.write(kind, taken);
    }
    if (this.#taken === before) return undefined;
    return this.#settle(large ?? writer.flush());
  }

  async #settle(written: Promise<void>): Promise<void> {
    const until = this.#taken;
    await written;
    this.#written = until;
    const flushes = this.#flushes;
    while (flushes.length > 0 && flushes[0].until <= until) {
      flushes.shift()!.resolve();
    }
  }

  /** The other side takes no more, though what it has sent can still be received. */
  #break(): void {
    if (this.#isOver) return;
    this.#isBroken = true;
    const { memory } = this.#far;
    Atomics.store(memory.words, cellAt(this.#near) + LIMIT, 0);
    parkingOf(memory).wakeAll(this.#inbox.putters);
    this.#endFlushes();
    if (this.#isSealed) this.#finish();
  }

  async #receive(): Promise<void> {
    const { reader } = this.#socket;
    try {
      for (;;) {
        const frame = reader.take();
        if (frame !== undefined) {
          const { kind, bytes } = frame;
          const parcel = kind === FRAME.BYTES
            ? bytesParcel(bytes)
            : encodedParcel(bytes);
          if (!this.#outlet.offer(parcel)) await this.#waitForRoom(parcel);
        } else if (!await reader.fill()) break;
        if (isBreathless()) await breathe();
      }
    } catch (error) {
      // The connection has been closed here, or reset, or makes no sense.
      if (this.#isOver) return;
      if (this.#isSealed) return this.sent();
      if (error instanceof FrameError) this.#noteProblem(error);
    }
    this.#end();
    this.#socket.close();
  }

  /** Says why the end comes, before it does. */
  #noteProblem({ isTooLarge }: FrameError): void {
    const at = cellAt(this.#near) + PROBLEM_AT;
    const problem = isTooLarge ? PROBLEM.TOO_LARGE : PROBLEM.NO_FRAME;
    Atomics.store(this.#memory.words, at, problem);
  }

  async #waitForRoom(parcel: Parcel): Promise<void> {
    const kept = parcel.keep();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#lookForRoom = () => {
      try {
        if (!this.#outlet.offer(kept)) return;
        resolve();
      } catch (error) {
        reject(error);
      }
      this.#lookForRoom = undefined;
    };
    try {
      await promise;
    } finally {
      this.#lookForRoom = undefined;
    }
  }

  /** The program has closed the connection, and all that it has sent is written. */
  #finish(): void {
    this.#end();
    if (this.#isBroken) this.#socket.close();
    else this.#socket.finish();
  }

  /** Lets go of the pipe: who has the connection reads what is left, then the end. */
  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    // What waits there is given up.
    this.#lookForRoom?.();
    this.#stopAttending?.();
    removeBridge(this.#memory, this.#near);
    this.#far.release();
    this.#endFlushes();
  }

  #endFlushes(): void {
    for (const { resolve } of this.#flushes.splice(0)) resolve();
  }
}
