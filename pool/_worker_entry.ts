import { NOTHING } from "../_internal/channel/mod.ts";
import { encode, type Encoded, encodeThrown } from "../_internal/codec/mod.ts";
import {
  type Inbox,
  openInbox,
  openOutbox,
  type Outbox,
} from "../_internal/lanes/mod.ts";
import {
  explainReferenceError,
  importKnown,
  resolveTarget,
  type TargetDescription,
} from "../_internal/launch/child.ts";
import { allEnded } from "../_internal/launch/child_thread.ts";
import { breathe, isBreathless } from "../_internal/parking/mod.ts";
import { isPromise } from "../_internal/type_guards.ts";
import {
  CHUNK,
  FORGET,
  FROM,
  functionOf,
  HEADER_BYTES,
  Message,
  type Outcome,
  RESULT,
  TASK,
  taskOf,
  TO,
  UNFINISHED,
  UNMEASURED,
} from "./_messages.ts";
import type { WorkerSetup } from "./_worker_setup.ts";

type Call = (...args: unknown[]) => unknown;

/** A function that has been told of, found when it is called first. */
interface Known {
  readonly description: TargetDescription;
  call: Call | undefined;
}

/** Milliseconds between two looks at how much memory is in use. */
const LOOK_MS = 100;

/** Does the tasks that come, until there are no more to come. */
export async function serve(setup: WorkerSetup): Promise<void> {
  await new Servant(setup).run();
}

/** Does the same in a process, and ends it as a thread ends: whatever is left open there. */
export async function serveAndExit(setup: WorkerSetup): Promise<void> {
  const servant = new Servant(setup);
  await servant.run();
  await servant.finish();
  await allEnded();
  Deno.exit();
}

class Servant {
  readonly #setup: WorkerSetup;
  readonly #tasks: Inbox;
  readonly #results: Outbox;
  readonly #functions = new Map<number, Known>();
  #looked = performance.now();
  /** Whether its finalizer is to run. */
  #finishes = true;

  constructor(setup: WorkerSetup) {
    this.#setup = setup;
    this.#tasks = openInbox(setup.tasks);
    this.#results = openOutbox(setup.results);
  }

  async run(): Promise<void> {
    const { initializer, initArgs, finalizer } = this.#setup;
    if (initializer !== undefined) {
      // It may never return, nor end by an error.
      await this.#results.deliver(this.#mark(FROM.INITIALIZING, 0));
      try {
        await (await find(initializer))(...initArgs);
      } catch (error) {
        const explained = explainReferenceError(error, initializer);
        return this.#fail(FROM.INITIALIZER_FAILED, 0, explained, UNMEASURED);
      }
    }
    this.#answer(FROM.READY, 0, undefined, UNMEASURED);
    for (;;) {
      const next = this.#tasks.next();
      const message = next instanceof Uint8Array ? next : await next;
      const going = this.#do(message);
      if (going === false || (going !== true && !await going)) break;
      if (isBreathless()) await breathe();
    }
    if (finalizer === undefined || !this.#finishes) return;
    await (await find(finalizer))();
  }

  /** Waits until all that was sent is where it is to be. */
  async finish(): Promise<void> {
    await this.#results.deliver(this.#mark(FROM.FINISHED, 0));
  }

  /** Does what a message says; whether more is to come. */
  #do(message: Uint8Array): boolean | Promise<boolean> {
    switch (message[0]) {
      case TO.END:
        this.#finishes = message[1] !== UNFINISHED;
        return false;
      case TO.FUNCTION: {
        const body = message.subarray(HEADER_BYTES);
        const description = this.#tasks.decode(body);
        if (message[1] === FORGET) this.#functions.clear();
        this.#functions.set(functionOf(message), {
          description: description as TargetDescription,
          call: undefined,
        });
        return true;
      }
      default:
        return this.#perform(message);
    }
  }

  /** Performs a task; at once, if its function needs nobody to wait for. */
  #perform(message: Uint8Array): true | Promise<true> {
    const [kind, flags] = message;
    const task = taskOf(message);
    const known = this.#functions.get(functionOf(message))!;
    const isAnnounced = (flags & TASK.ANNOUNCE) !== 0;
    const began = (flags & TASK.MEASURE) === 0 ? 0 : performance.now();
    const done = (value: unknown): true => {
      const ran = since(began);
      if (kind === TO.TRY_EACH) this.#answerEach(task, value, ran);
      else {
        const root = kind === TO.CALL ? "result" : CHUNK;
        this.#answer(FROM.RETURNED, task, value, ran, root);
      }
      return true;
    };
    const failed = (error: unknown): true => {
      const explained = explainReferenceError(error, known.description);
      this.#fail(FROM.THREW, task, explained, since(began));
      return true;
    };
    try {
      const args = this.#tasks.decode(message.subarray(HEADER_BYTES));
      this.#tasks.discard();
      const { call } = known;
      const isLate = isAnnounced || call === undefined ||
        args instanceof Promise;
      const value = isLate
        ? this.#performLate(kind, known, args, isAnnounced ? task : 0)
        : perform(kind, known, call, args as unknown[]);
      return isPromise(value)
        ? Promise.resolve(value).then(done, failed)
        : done(value);
    } catch (error) {
      return failed(error);
    }
  }

  /**
   * Performs a task once its function and its arguments are there.
   *
   * @param announced its number, if the pool is to be told when it begins, or 0
   */
  async #performLate(
    kind: number,
    known: Known,
    args: unknown,
    announced: number,
  ): Promise<unknown> {
    const loaded = await args as unknown[];
    const call = known.call ??= await find(known.description);
    if (announced !== 0) {
      // What computes for ever would send nothing later.
      await this.#results.deliver(this.#mark(FROM.BEGUN, announced));
    }
    return await perform(kind, known, call, loaded);
  }

  #mark(kind: number, task: number): Message {
    const { number } = this.#setup;
    return new Message(kind, 0, number, task, UNMEASURED, NOTHING);
  }

  #answer(
    kind: number,
    task: number,
    value: unknown,
    ran: number,
    root = "result",
  ): void {
    try {
      this.#post(kind, task, this.#encode(value, root), ran);
    } catch (error) {
      this.#fail(FROM.THREW, task, error, ran);
    }
  }

  /** Answers with outcomes. One that cannot be sent must not spoil the others. */
  #answerEach(task: number, outcomes: unknown, ran: number): void {
    try {
      const encoded = this.#encodeEach(outcomes as Outcome[]);
      this.#post(FROM.RETURNED, task, encoded, ran);
    } catch (error) {
      this.#fail(FROM.THREW, task, error, ran);
    }
  }

  #encodeEach(outcomes: Outcome[]): Encoded {
    try {
      return this.#encode(outcomes, "result");
    } catch {
      const sendable = outcomes.map((outcome) => {
        try {
          const isThrown = outcome.length > 1;
          this.#encode(outcome.at(-1), isThrown ? "error" : "result", isThrown);
          return outcome;
        } catch (error) {
          return [undefined, error];
        }
      });
      return this.#encode(sendable, "result", true);
    }
  }

  #encode(value: unknown, root: string, thrown = false): Encoded {
    return encode(value, { root, thrown, ...this.#receiver });
  }

  /** For whom answers are. */
  get #receiver() {
    return { to: "the pool", destination: this.#results.destination };
  }

  #fail(kind: number, task: number, error: unknown, ran: number): void {
    this.#post(kind, task, encodeThrown(error, this.#receiver), ran);
  }

  #post(
    kind: number,
    task: number,
    encoded: Encoded,
    ran: number,
  ): void {
    const { number } = this.#setup;
    const flags = this.#isOverLimit() ? RESULT.OVER_LIMIT : 0;
    const message = new Message(kind, flags, number, task, ran, encoded);
    this.#results.send(message, encoded.handles, HEADER_BYTES);
  }

  #isOverLimit(): boolean {
    const { memoryLimit } = this.#setup;
    if (memoryLimit === 0) return false;
    const now = performance.now();
    if (now - this.#looked < LOOK_MS) return false;
    this.#looked = now;
    return Deno.memoryUsage().rss > memoryLimit;
  }
}

function perform(
  kind: number,
  known: Known,
  call: Call,
  args: unknown[],
): unknown {
  switch (kind) {
    case TO.MAP:
      return each(args, (item) => apply(call, [item]));
    case TO.STAR_MAP:
      return each(args, (item) => apply(call, item as unknown[]));
    case TO.TRY_EACH:
      return each(args, (item) => attempt(known, call, item));
    default:
      return apply(call, args);
  }
}

/**
 * Calls a function in a way that keeps its code out of ours. The engine would put one that is
 * called often from one place in there, where its loops run at half their speed for good.
 */
function apply(call: Call, args: unknown[]): unknown {
  return Reflect.apply(call, undefined, args);
}

/** Calls for one item after the other; waits only where there is something to wait for. */
function each(
  items: unknown[],
  call: (item: unknown) => unknown,
): unknown[] | Promise<unknown[]> {
  const results: unknown[] = [];
  for (let n = 0; n < items.length; n++) {
    const result = call(items[n]);
    if (isPromise(result)) return eachLate(items, call, results, result);
    results.push(result);
  }
  return results;
}

async function eachLate(
  items: unknown[],
  call: (item: unknown) => unknown,
  results: unknown[],
  first: PromiseLike<unknown>,
): Promise<unknown[]> {
  results.push(await first);
  while (results.length < items.length) {
    results.push(await call(items[results.length]));
  }
  return results;
}

function attempt(
  { description }: Known,
  call: Call,
  item: unknown,
): Outcome | PromiseLike<Outcome> {
  const failed = (error: unknown): Outcome => [
    undefined,
    explainReferenceError(error, description),
  ];
  try {
    const result = apply(call, [item]);
    return isPromise(result)
      ? Promise.resolve(result).then((value): Outcome => [value], failed)
      : [result];
  } catch (error) {
    return failed(error);
  }
}

async function find(description: TargetDescription): Promise<Call> {
  return (await resolveTarget(description, importKnown)).call;
}

function since(began: number): number {
  return began === 0
    ? UNMEASURED
    : Math.min(UNMEASURED - 1, Math.round((performance.now() - began) * 1000));
}
