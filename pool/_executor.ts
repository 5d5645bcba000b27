import { nextNumber } from "../_internal/channel/mod.ts";
import { checkArray, checkLimit } from "../_internal/check.ts";
import { encode, type Encoded } from "../_internal/codec/mod.ts";
import { cargoOf, type HandleCargo } from "../_internal/handles/mod.ts";
import { toldFunction } from "../_internal/lanes/mod.ts";
import { logWait } from "../_internal/parking/mod.ts";
import { type Caller, callerHere } from "./_caller.ts";
import { crewOptions, defaultTreatment } from "./_check_options.ts";
import { Hold } from "./_hold.ts";
import { Room } from "./_room.ts";
import { Scheduler } from "./_scheduler.ts";
import { type Settle, Task, type Treatment } from "./_task.ts";
import type { WorkerKind } from "./_worker_kind.ts";
import type { TaskPoolOptions } from "./pool_options.ts";

/** What to say that who waits for room is about to do. */
const ROOM = "get room in pool";
const NO_CARGO: readonly HandleCargo[] = [];

/** What is to be called, how, and for whom. */
export interface Submission {
  /** One of the kinds of messages to workers that call. */
  readonly kind: number;
  readonly target: unknown;
  /** The arguments, or the items. */
  readonly args: readonly unknown[];
  readonly treatment: Treatment;
  readonly settle: Settle;
  /** What to say was attempted, as in "apply". */
  readonly doing: string;
  /** Place of the first of the items among all. */
  readonly offset?: number;
  /** Who wants it, if that is known already. */
  readonly caller?: Caller;
  /** Whether it is part of a job that was taken before. */
  readonly isAdmitted?: boolean;
  /**
   * Whether who submits it cancels it when its signal is aborted: the time that it takes to
   * listen grows with the number of those who do.
   */
  readonly cancelsOnAbort?: boolean;
}

/** Something that submits tasks until it is done. */
export interface Job {
  /** Goes on to the end, whether or not anybody asks for its results. */
  unbind(): void;
  /** Ends it, as its pool has. */
  fail(error: unknown): void;
}

/** Turns calls into tasks. */
export class Executor {
  readonly scheduler: Scheduler;
  readonly defaults: Treatment;
  /** What is under way; the pool is not done before it. */
  readonly jobs: Set<Job>;
  /** For tasks that wait. */
  readonly room: Room;
  /** Most tasks that may wait; 0 for any number. */
  readonly maxPending: number;
  readonly #destination: { readonly reach: WorkerKind["reach"] };
  readonly #to: string;
  #numbers = 0;

  constructor(kind: WorkerKind, size: number, options: TaskPoolOptions) {
    const crew = crewOptions(size, options);
    this.defaults = defaultTreatment(options);
    const { maxPending = 0 } = options;
    this.maxPending = checkLimit(maxPending, "maxPending", "create pool");
    this.#destination = { reach: kind.reach };
    this.#to = kind.reach === "thread" ? "another thread" : "another process";
    this.#checkInitArgs(crew.initArgs);
    this.scheduler = new Scheduler(kind, crew);
    this.jobs = this.scheduler.jobs;
    this.room = new Room(this.maxPending, () => this.scheduler.queued);
    this.scheduler.onRoom = () => this.room.give();
  }

  /** How many workers there may be. */
  get size(): number {
    return this.scheduler.crew.options.most;
  }

  /**
   * Looks at a function before it is submitted, while the stack shows who calls.
   *
   * @throws {TypeError} if it is none that can be sent
   */
  know(target: unknown, doing: string): void {
    toldFunction(target, doing);
  }

  /**
   * Submits a task.
   *
   * @throws {TypeError} if the function or the arguments cannot be sent
   * @throws {Error} if the pool takes no more
   */
  submit(submission: Submission): Task {
    const { kind, target, args, treatment, settle, doing } = submission;
    this.#check(submission);
    checkArray(args, "args", doing);
    const { signal } = treatment;
    signal?.throwIfAborted();
    const call = toldFunction(target, doing);
    const encoded = this.#encode(args, submission.offset);
    // What the arguments run when they are read may have ended anything.
    this.#check(submission);
    signal?.throwIfAborted();
    const { handles } = encoded;
    const cargo = handles.length === 0 ? NO_CARGO : cargoOf(handles);
    this.#numbers = nextNumber(this.#numbers);
    const task = new Task(this.#numbers, call, kind, treatment, cargo, settle);
    task.caller = submission.caller;
    if (task.caller === undefined && this.scheduler.measures.areLong) {
      task.caller = callerHere();
    }
    if (signal !== undefined && submission.cancelsOnAbort !== true) {
      const abort = () => this.scheduler.cancel(task, signal.reason);
      signal.addEventListener("abort", abort);
      task.stopListening = () => signal.removeEventListener("abort", abort);
    }
    this.scheduler.submit(task, encoded);
    return task;
  }

  /**
   * Submits a task once there is room. It counts as taken at once, so closing the
   * pool does not refuse it.
   *
   * @throws what {@linkcode submit} throws, the signal's reason, or why the pool ends
   */
  async submitLater(submission: Submission): Promise<void> {
    const { target, treatment: { signal, priority }, doing } = submission;
    this.scheduler.check(doing);
    signal?.throwIfAborted();
    this.know(target, doing);
    const { promise: ended, reject } = Promise.withResolvers<never>();
    let problem: { readonly error: unknown } | undefined;
    const fail = (error: unknown) => {
      problem ??= { error };
      reject(error);
    };
    const job: Job = { unbind() {}, fail };
    const abort = () => fail(signal?.reason);
    signal?.addEventListener("abort", abort);
    this.jobs.add(job);
    this.scheduler.intake.hold();
    const submit = () => {
      // It may have ended in the same go in which there was room.
      if (problem !== undefined) throw problem.error;
      this.submit({ ...submission, isAdmitted: true });
    };
    try {
      const entered = this.room.enter(priority, submit, ended);
      await logWait(entered, ROOM, signal);
    } finally {
      signal?.removeEventListener("abort", abort);
      this.scheduler.intake.unhold();
      this.endJob(job);
    }
  }

  /** Notes that a job is done. */
  endJob(job: Job): void {
    this.jobs.delete(job);
    this.scheduler.closeIfDone();
  }

  /** What keeps the program alive for a result. */
  newHold(): Hold {
    return new Hold(this.scheduler.intake);
  }

  /** Throws if the pool does not take a task any more. */
  #check({ doing, isAdmitted }: Submission): void {
    if (isAdmitted === true) this.scheduler.checkGoing();
    else this.scheduler.check(doing);
  }

  /** Here, so that an error says `initArgs[0]`; a launch would say `args[0].initArgs[0]`. */
  #checkInitArgs(initArgs: readonly unknown[]): void {
    if (initArgs.length === 0) return;
    const destination = this.#destination;
    encode(initArgs, { root: "initArgs", to: this.#to, destination });
  }

  #encode(args: readonly unknown[], offset: number | undefined): Encoded {
    const destination = this.#destination;
    const to = this.#to;
    if (offset === undefined) {
      return encode(args, { root: "args", to, destination });
    }
    try {
      return encode(args, { root: "items", to, destination });
    } catch (error) {
      // Of all the items, not of those of this task: which one is it?
      args.forEach((item, n) => {
        encode(item, { root: `items[${offset + n}]`, to, destination });
      });
      throw error;
    }
  }
}
