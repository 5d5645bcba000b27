import { checkLimit } from "../_internal/check.ts";
import { QueueClosedError } from "../queue/mod.ts";
import type { Call, WAITS } from "./_call.ts";
import { hostedType, type Method } from "./_hosted.ts";
import type { Session } from "./_session.ts";
import { WaitingLine } from "./_waiting_line.ts";

/** Taken items are forgotten so many at a time. */
const FORGOTTEN = 1_000;

class QueueState {
  readonly maxSize: number;
  readonly counts: TaskCounts | undefined;
  isClosed = false;
  #items: unknown[] = [];
  #first = 0;
  readonly #getters = new WaitingLine<unknown>();
  readonly #putters = new WaitingLine<void>();

  constructor(maxSize: unknown, counts?: TaskCounts) {
    this.maxSize = checkLimit(maxSize, "maxSize", "create queue", 0x7fff_ffff);
    this.counts = counts;
  }

  get size(): number {
    return this.#items.length - this.#first;
  }

  get isFull(): boolean {
    return this.maxSize !== 0 && this.size >= this.maxSize;
  }

  tryPut(item: unknown): boolean {
    if (this.isClosed) throw closed("put into");
    if (this.isFull) return false;
    this.counts?.put();
    this.#items.push(item);
    while (this.size > 0 && this.#getters.letGo(this.#next));
    return true;
  }

  put(item: unknown, call: Call): void | typeof WAITS {
    if (this.tryPut(item)) return;
    return this.#putters.wait(call, {
      go: () => {
        this.tryPut(item);
        call.done(undefined);
      },
    });
  }

  get(call: Call): unknown {
    if (this.size > 0) return this.#next(call);
    if (this.isClosed) throw closed("get from");
    return this.#getters.wait(call);
  }

  tryGet(call: Call): { ok: boolean; value?: unknown } {
    if (this.size > 0) return { ok: true, value: this.#next(call) };
    if (this.isClosed) throw closed("get from");
    return { ok: false };
  }

  close(): void {
    this.isClosed = true;
    this.#getters.sendAway(closed("get from"));
    this.#putters.sendAway(closed("put into"));
  }

  /** The next item, which is taken once it has been sent. */
  readonly #next = (call: Call): unknown => {
    call.onSent(() => this.#took(call.session));
    return this.#items[this.#first];
  };

  #took(session: Session): void {
    this.#items[this.#first++] = undefined;
    if (this.#first >= FORGOTTEN && this.#first * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    this.counts?.took(session);
    this.#putters.letGo(() => {});
  }
}

/** Counts the items of a queue that are not done. */
class TaskCounts {
  readonly line = new WaitingLine<void>();
  readonly #taken = new Map<Session, number>();
  #unfinished = 0;

  get unfinished(): number {
    return this.#unfinished;
  }

  put(): void {
    this.#unfinished++;
  }

  took(session: Session): void {
    this.#taken.set(session, (this.#taken.get(session) ?? 0) + 1);
    // What somebody has taken that dies is lost, and counts as done.
    session.holds.set(this, () => this.#lose(session));
  }

  done(session: Session): void {
    const who = this.#taken.has(session)
      ? session
      : this.#taken.keys().next().value;
    if (who === undefined) {
      throw new Error(
        "Cannot mark task done: every item that was got is done already",
      );
    }
    const left = this.#taken.get(who)! - 1;
    if (left > 0) this.#taken.set(who, left);
    else this.#forget(who);
    this.#finish(1);
  }

  #lose(session: Session): void {
    const count = this.#taken.get(session) ?? 0;
    this.#forget(session);
    this.#finish(count);
  }

  #forget(session: Session): void {
    this.#taken.delete(session);
    session.holds.delete(this);
  }

  #finish(count: number): void {
    this.#unfinished -= count;
    if (this.#unfinished === 0) this.line.letAllGo(() => {});
  }
}

function closed(doing: string): QueueClosedError {
  return new QueueClosedError(`Cannot ${doing} queue: queue is closed`);
}

const methods: Record<string, Method<QueueState>> = {
  size: (queue) => queue.size,
  maxSize: (queue) => queue.maxSize,
  isEmpty: (queue) => queue.size === 0,
  isFull: (queue) => queue.isFull,
  put: (queue, [item], call) => queue.put(item, call),
  tryPut: (queue, [item]) => queue.tryPut(item),
  get: (queue, _args, call) => queue.get(call),
  tryGet: (queue, _args, call) => queue.tryGet(call),
  close: (queue) => queue.close(),
};

/** Queues for others. */
export const QUEUE = hostedType<QueueState>(
  "QueueProxy",
  ({ args: [maxSize] }) => new QueueState(maxSize),
  methods,
);

/** Queues whose items are waited for. */
export const JOINABLE_QUEUE = hostedType<QueueState>(
  "JoinableQueueProxy",
  ({ args: [maxSize] }) => new QueueState(maxSize, new TaskCounts()),
  {
    ...methods,
    taskDone: ({ counts }, _args, { session }) => counts!.done(session),
    join: ({ counts }, _args, call) =>
      counts!.unfinished === 0 ? undefined : counts!.line.wait(call),
  },
);
