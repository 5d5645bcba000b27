import { DecodeError, encode } from "../codec/mod.ts";
import {
  bytesParcel,
  encodedParcel,
  handOver,
  isOwnModule,
  makerOf,
  methodsOf,
  Opaque,
  reap,
  setCaller,
  sharingOf,
  streamOf,
} from "../handles/mod.ts";
import {
  claimForClient,
  type Memory,
  recordEnd,
  threadMemory,
  withWidestMemory,
} from "../memory/mod.ts";
import { endParking } from "../parking/mod.ts";
import {
  ASK,
  bytesBody,
  creditFor,
  FLAG,
  FORM,
  isBlocked,
  type Request,
  TELL,
  UNORDERED,
  wordsBody,
} from "./messages.ts";
import {
  type Answer,
  type Asker,
  CANCELLED,
  isTryResult,
  SessionAnswers,
} from "./session_answers.ts";
import { SessionCredits } from "./session_credits.ts";
import { type Borrower, SessionLoans } from "./session_loans.ts";
import { SessionWatches } from "./session_watches.ts";
import { SessionGuards } from "./session_guards.ts";
import {
  argumentsIn,
  isDone,
  methodNamed,
  moduleIn,
  notAsked,
  undelivered,
} from "./session_arguments.ts";
import { type CellsHad, SessionObjects } from "./session_objects.ts";

/** Cells that a client has in store, and how many it may use before it gets more. */
const STORE = 64;
const REFILL = 32;

/** What a session needs of its server. */
export interface SessionPort {
  /** Whether the client has a link. */
  hasLink(): boolean;
  /** Sends a reply, by the link if the caller is blocked. */
  reply(answer: Answer, isBlocked: boolean): void;
  /** Lets a child in that shows a ticket. */
  expect(ticket: string, id: number): void;
  /** The participant that was to come with a ticket, if it has not come. */
  unexpect(ticket: string): number | undefined;
  /** Waits until one that has come, and has ended, is no more. */
  gone(ticket: string): Promise<void>;
}

/** Does at the hub what one client asks for, as that participant. */
export class ClientSession {
  readonly memory: Memory;
  readonly #port: SessionPort;
  readonly #objects: SessionObjects;
  readonly #guards = new SessionGuards();
  readonly #answers: SessionAnswers;
  readonly #waits = new Map<number, AbortController>();
  readonly #watches: SessionWatches;
  /** What was asked for calls; those that block have no number, and are within each other. */
  readonly #doing = new Map<number, PromiseWithResolvers<unknown>[]>();
  readonly #credits = new SessionCredits((words) =>
    this.#answers.tell({ kind: TELL.CREDIT, body: wordsBody(words) }, false)
  );
  readonly #loans = new SessionLoans(
    () => this.#port.hasLink(),
    (number) => this.#answers.tell({ kind: TELL.RECALL, number }, true),
  );
  /** Whether the message that was begun last had been lent. */
  #hasBegun = false;
  #used = 0;
  #isOver = false;
  #endsWell = false;

  /** @param had the cells that threads of its process have had so far */
  constructor(memory: Memory, port: SessionPort, had: CellsHad) {
    this.memory = memory;
    this.#port = port;
    this.#objects = new SessionObjects(memory, had);
    this.#answers = new SessionAnswers(
      this.#objects,
      this.#guards,
      (answer, isBlocked) => {
        if (this.#isOver) return;
        this.#credits.check();
        port.reply({ ...answer, epoch: this.#credits.epoch }, isBlocked);
      },
    );
    this.#watches = new SessionWatches(
      this.#objects,
      this.#answers,
      this.#waits,
    );
    this.#reserve(STORE);
  }

  /**
   * Does what a request says.
   *
   * @returns a promise if what follows is to wait
   */
  do(request: Request): void | Promise<void> {
    // The other connection may bring what was asked before the end.
    if (this.#isOver) return;
    const { kind, number, cell } = request;
    switch (kind) {
      case ASK.CALL:
      case ASK.POST:
        return this.#call(request);
      case ASK.AHEAD:
        return this.#putAhead(request);
      case ASK.CREATE:
      case ASK.BIND: {
        const module = moduleIn(request);
        const isLoaded = makerOf(request.name) !== undefined &&
          sharingOf(request.name) !== undefined;
        if (isLoaded || !isOwnModule(module)) return this.#make(request);
        const kept = { ...request, body: request.body.slice() };
        return import(module).catch(() => {}).then(() => this.#make(kept));
      }
      case ASK.RELEASE:
        if (this.#objects.isLast(cell, request.generation)) {
          this.#credits.forget(cell);
          this.#loans.release(cell);
        } else this.#credits.end(cell);
        return this.#objects.release(cell, request.generation);
      case ASK.CANCEL:
        return this.#waits.get(number)?.abort(CANCELLED);
      case ASK.ACKNOWLEDGE:
        return this.#objects.acknowledge(number);
      case ASK.GUARD:
        return this.#guards.release(number);
      case ASK.FORGET:
        return this.#guards.forget(number);
      case ASK.EXPECT:
        return this.#expect(request);
      case ASK.GONE:
        return void this.#answerGone(request);
      case ASK.OBSERVE:
        return this.#watches.observe(request);
      case ASK.UNWATCH:
        return this.#watches.end(cell);
      case ASK.LOOK:
        return this.#watches.look(request);
      case ASK.WATCH:
        this.#watches.watch(request);
        return;
      case ASK.RESERVE:
        return this.#answerReserve(request);
      case ASK.DONE:
        return this.#done(request);
      case ASK.BEGUN:
        return this.#begun(request);
      case ASK.KEPT:
        return this.#loans.kept(number, cell, request.order === UNORDERED);
      case ASK.HEARD:
        return this.#answers.tell({ kind: TELL.RETURNED }, true);
      case ASK.BYE:
        this.#endsWell = true;
        return;
      default:
        throw new DecodeError("it is no request");
    }
  }

  /** The client has ended. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { memory } = this;
    if (this.#endsWell) recordEnd(memory, memory.self, 0);
    // Its waits stay as they are, as those of any that dies: others see to them.
    endParking(memory);
    this.#loans.end();
    this.#objects.end();
    this.#guards.end();
    this.#waits.clear();
    this.#doing.clear();
  }

  /** Recalls what it was lent and others want; gives the milliseconds until some may have to be. */
  recallWanted(): number {
    return this.#loans.recallWanted();
  }

  /** Has the client do something for a call that it waits for. */
  async ask(call: number, what: unknown): Promise<unknown> {
    const asked = Promise.withResolvers<unknown>();
    this.#doing.set(call, [...this.#doing.get(call) ?? [], asked]);
    const body = encode(what, { root: "question" });
    const question = { kind: TELL.DO, form: FORM.PLAIN, number: call, body };
    this.#answers.tell(question, call === 0);
    return await asked.promise;
  }

  #make(request: Request): void {
    if (request.kind === ASK.BIND) return this.#objects.bind(request);
    this.#used += this.#objects.create(request);
    if (this.#used < REFILL) return;
    this.#reserve(this.#used);
    this.#used = 0;
  }

  #call(request: Request): void {
    if (request.flags & FLAG.UNLESS_BEGUN && this.#hasBegun) return;
    const isPost = request.kind === ASK.POST;
    const { number, name, cell, generation } = request;
    const asker: Asker = { number, isBlocked: isBlocked(request) };
    try {
      const object = this.#objects.at(cell, generation);
      const mayLend = (request.flags & FLAG.LENDS) !== 0;
      const borrower: Borrower = { ...asker, object, cell };
      const result = this.#perform(object, name, request);
      if (result instanceof Promise) {
        return this.#answerLater(request, borrower, result, mayLend);
      }
      if (isPost) return;
      if (methodsOf(object)?.[name]?.ahead) {
        this.#credits.grant(object, cell, generation);
      }
      this.#returned(borrower, result, mayLend);
    } catch (error) {
      if (!isPost) this.#answers.threw(asker, error);
      else if (number !== 0) this.#call(undelivered(request, error));
    }
  }

  /** Answers once it has come, or failed. */
  #answerLater(
    { kind, name }: Request,
    borrower: Borrower,
    result: Promise<unknown>,
    mayLend: boolean,
  ): void {
    result.then((value) => {
      const waiter = this.#settled(name, borrower);
      if (kind !== ASK.POST) this.#returned(waiter, value, mayLend);
    }, (error) => {
      const waiter = this.#settled(name, borrower);
      if (kind !== ASK.POST) this.#answers.threw(waiter, error);
    });
  }

  /** The wait is over; gives whom to tell of it. */
  #settled(name: string, borrower: Borrower): Borrower {
    this.#waits.delete(borrower.number);
    if (name !== "wait") return borrower;
    const isAbandoned = this.#guards.newlyAbandoned(borrower.object);
    return { ...borrower, isAbandoned };
  }

  /** Answers with a result, and lends what comes next to who may have it. */
  #returned(asker: Borrower, result: unknown, mayLend: boolean): void {
    const value = isTryResult(result) && result.ok ? result.value : result;
    const lent = mayLend && value instanceof Opaque && !this.#isOver
      ? this.#loans.lend(asker, value)
      : undefined;
    if (lent === undefined) this.#answers.returned(asker, value);
    else this.#answers.lent(asker, lent);
  }

  #begun({ number, cell: count, flags }: Request): void {
    // Before what it begins: a loan ends with its last message.
    const wantsMore = (flags & FLAG.LENDS) !== 0;
    const more = wantsMore ? this.#loans.more(number) : undefined;
    this.#hasBegun = this.#loans.begun(number, count);
    if (more === undefined) return;
    const body = bytesBody(more);
    this.#answers.tell(
      { kind: TELL.LENT, number, form: FORM.VALUE, body },
      false,
    );
  }

  #putAhead({ cell, generation, form, body }: Request): void {
    const object = this.#objects.find(cell, generation);
    if (object === undefined) return;
    const parcel = form === FORM.RAW ? bytesParcel(body) : encodedParcel(body);
    this.#credits.put(object, cell, parcel, creditFor(body));
  }

  #perform(object: object, name: string, request: Request): unknown {
    const methods = methodsOf(object);
    if (methods === undefined) throw notAsked(name);
    if (name.endsWith("=")) {
      const [value] = this.#objects.decode(request.body);
      const property = name.slice(0, -1);
      if (methods[property]?.accessor !== true) throw notAsked(name);
      Reflect.set(object, property, value);
      return undefined;
    }
    const method = methodNamed(methods, name);
    if (method.accessor) return Reflect.get(object, name);
    const args = argumentsIn(request, method, this.#objects);
    if (method.quick !== undefined) {
      const quick = this.#invoke(object, method.quick, args);
      if (isDone(quick)) return quick === true ? undefined : quick;
    }
    if (method.wait !== undefined) {
      const controller = new AbortController();
      // One that is blocked gives up by the timeout only, and has no number.
      if (request.number !== 0) this.#waits.set(request.number, controller);
      const { timeout } = request;
      args[method.wait] = {
        timeout: timeout === timeout ? timeout : undefined,
        signal: controller.signal,
      };
    }
    const invoke = () => this.#invoke(object, name, args);
    const result = this.#running(request.number, invoke);
    if (!isTryResult(result) || result.ok) return result;
    const { inbox, takeLent } = streamOf(object) ?? {};
    return inbox?.leasing.hasRefused ? takeLent?.() : result;
  }

  /** Runs what may ask for something to be done for a call. */
  #running<T>(call: number, run: () => T): T {
    current = { session: this, call };
    try {
      return run();
    } finally {
      current = undefined;
    }
  }

  #invoke(object: object, name: string, args: unknown[]): unknown {
    const method = (object as Record<string, unknown>)[name];
    if (typeof method !== "function") throw notAsked(name);
    return withWidestMemory(this.memory, () => method.apply(object, args));
  }

  #expect({ name, cells }: Request): void {
    const id = claimForClient(this.memory, threadMemory().self);
    try {
      handOver(this.#objects.allAt(cells), { thread: id })(true);
    } catch {
      // The child will be told that they are no more.
    }
    this.#port.expect(name, id);
  }

  async #answerGone({ number, name }: Request): Promise<void> {
    const id = this.#port.unexpect(name);
    if (id !== undefined) reap(this.memory, id);
    else await this.#port.gone(name);
    this.#answers.tell({ kind: TELL.RETURNED, number }, false);
  }

  #done({ number, body }: Request): void {
    const all = this.#doing.get(number);
    const asked = all?.pop();
    if (all?.length === 0) this.#doing.delete(number);
    const result = this.#objects.decode(body);
    if (result.length === 0) asked?.resolve(undefined);
    else asked?.reject(result[0]);
  }

  #answerReserve(request: Request): void {
    const { number } = request;
    const blocked = isBlocked(request);
    const body = wordsBody(this.#objects.reserve(blocked ? STORE : 0));
    this.#answers.tell({ kind: TELL.RETURNED, number, body }, blocked);
  }

  #reserve(count: number): void {
    const body = wordsBody(this.#objects.reserve(count));
    this.#answers.tell({ kind: TELL.RESERVED, body }, false);
  }
}

let current: { session: ClientSession; call: number } | undefined;

setCaller(() => {
  const asked = current;
  return asked && ((what) => asked.session.ask(asked.call, what));
});
