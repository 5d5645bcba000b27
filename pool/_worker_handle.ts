import { NOTHING } from "../_internal/channel/mod.ts";
import {
  Lane,
  openOutbox,
  type Outbox,
  takeBack,
  type ToldFunction,
} from "../_internal/lanes/mod.ts";
import {
  contentsOf,
  FORGET,
  HEADER_BYTES,
  Message,
  taskOf,
  TO,
  UNFINISHED,
  UNMEASURED,
} from "./_messages.ts";
import type { Task } from "./_task.ts";
import type { Crew } from "./_crew.ts";
import type { StartedWorker } from "./_worker_kind.ts";

const NO_HANDLES = [] as const;
/** Functions that a worker is to know at most: a program may make others for ever. */
const MOST_FUNCTIONS = 1_000;

/** What the pool knows of one worker. */
export class WorkerHandle {
  readonly number: number;
  readonly name: string;
  readonly tasks: Lane;
  /** What it has been sent and has not answered, in that order. */
  readonly sent: Task[] = [];
  /** Whether it has said that its initializer is about to run. */
  isInitializing = false;
  /** Whether it has said that it is up. */
  isReady = false;
  /** Whether it gets no more tasks. */
  isEnding = false;
  /** Whether it is being stopped, so that its end is no surprise, or has ended. */
  isStopped = false;
  /** Tasks that it has been given, and those that it has done. */
  given = 0;
  done = 0;
  /** Milliseconds that it has run tasks, as far as that was measured. */
  busyMs = 0;
  /** What it was seen to do, if it is not answered, and from when to when. */
  seen: Task | undefined;
  seenFrom = 0;
  seenTo = 0;
  readonly startedAt: number = performance.now();
  idleTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #outbox: Outbox;
  readonly #known = new Set<number>();
  readonly started: StartedWorker;

  constructor(crew: Crew, number: number) {
    this.number = number;
    this.tasks = new Lane(crew.results.memory);
    this.#outbox = openOutbox(this.tasks);
    try {
      this.started = crew.launch(this.tasks, number);
    } catch (error) {
      this.tasks.close();
      throw error;
    }
    this.name = this.started.name;
  }

  /** Whether it would begin a task at once. */
  get isIdle(): boolean {
    return this.sent.length === 0 && !this.isEnding;
  }

  /** Whether what it does is watched, so that nothing is to stand behind it. */
  get isReserved(): boolean {
    return this.sent.length === 1 && this.sent[0].isWatched;
  }

  /** Whether it can be given another, if so many may stand before it. */
  hasRoom(ahead: number): boolean {
    return !this.isEnding && !this.isReserved && this.sent.length < ahead;
  }

  /** Whether what it was sent waits until it is up. */
  get isDelayed(): boolean {
    return !this.isReady && !this.isEnding && this.sent.length > 0;
  }

  /** The lowest priority among what it has not begun. */
  get lowestNotBegun(): number {
    let lowest = Infinity;
    for (let n = this.isReady ? 1 : 0; n < this.sent.length; n++) {
      lowest = Math.min(lowest, this.sent[n].treatment.priority);
    }
    return lowest;
  }

  /** Sends it a task. */
  send(task: Task, flags: number, body: NonNullable<Task["body"]>): void {
    if (!this.#known.has(task.function.id)) this.#tell(task.function);
    const { kind, number, cargo } = task;
    const message = new Message(kind, flags, 0, number, task.function.id, body);
    task.byteLength = message.byteLength;
    const handles = cargo.length === 0
      ? NO_HANDLES
      : cargo.map(({ handle }) => handle);
    this.#outbox.send(message, handles, HEADER_BYTES);
    this.sent.push(task);
    this.given++;
  }

  /** Tells it that no more will come, and whether its finalizer is to run. */
  end({ finishes = true } = {}): void {
    if (this.isEnding) return;
    this.isEnding = true;
    const flags = finishes ? 0 : UNFINISHED;
    const message = new Message(TO.END, flags, 0, 0, UNMEASURED, NOTHING);
    this.#outbox.send(message, NO_HANDLES);
  }

  /**
   * Takes back what it has not begun.
   *
   * @param isPatient whether to wait a moment for what a hub has lent it
   * @returns those tasks, in their order, with what is needed to send them again
   */
  takeBack({ isPatient }: { isPatient: boolean }): Task[] {
    const sent = new Map(this.sent.map((task) => [task.number, task]));
    const numbers = new Set<number>();
    let hadEnd = false;
    takeBack(this.tasks, (taken) => {
      if (taken[0] === TO.END) {
        hadEnd = true;
      } else if (taken[0] === TO.FUNCTION) {
        this.#known.clear();
      } else {
        const number = taskOf(taken);
        const task = sent.get(number);
        if (task === undefined) return;
        numbers.add(number);
        task.body ??= contentsOf(taken.slice(HEADER_BYTES));
      }
    }, { isPatient });
    if (hadEnd && !this.isStopped) {
      this.isEnding = false;
      this.end();
    }
    const back = this.sent.filter(({ number }) => numbers.has(number));
    this.given -= back.length;
    if (this.seen !== undefined && numbers.has(this.seen.number)) {
      this.seen = undefined;
    }
    if (back.length > 0) {
      const kept = this.sent.filter(({ number }) => !numbers.has(number));
      this.sent.splice(0, this.sent.length, ...kept);
    }
    return back;
  }

  #tell({ id, encoded }: ToldFunction): void {
    const isFull = this.#known.size >= MOST_FUNCTIONS;
    const flags = isFull ? FORGET : 0;
    const message = new Message(TO.FUNCTION, flags, 0, 0, id, encoded);
    this.#outbox.send(message, NO_HANDLES);
    if (isFull) this.#known.clear();
    this.#known.add(id);
  }
}
