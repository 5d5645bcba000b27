import { decode, DecodeError } from "../codec/mod.ts";
import {
  CELL_KIND,
  createWith,
  fromHubBytes,
  type Holding,
  holdingOf,
  makerOf,
  type Relay,
  type RelayedMethod,
  type RelayedMethods,
  sharedName,
  type Sharing,
} from "../handles/mod.ts";
import {
  allocateCell,
  type CellKind,
  pair,
  ThreadMemory,
  threadMemory,
} from "../memory/mod.ts";
import type { FramedSocket } from "../sockets/mod.ts";
import {
  cellsOf,
  doneMessage,
  encodeCall,
  noMessage,
  plainMessage,
} from "./call_body.ts";
import { breathe, isBreathless } from "../parking/mod.ts";
import { HubConnection, NOWHERE, type Place } from "./hub_connection.ts";
import { describeCall } from "./describe_call.ts";
import { Doers } from "./doers.ts";
import { HubLink } from "./hub_link.ts";
import { Loans } from "./loans.ts";
import { Makings } from "./makings.ts";
import { ASK, FORM, type Reply, TELL, wordsIn } from "./messages.ts";
import type { HubOffer } from "./offer.ts";
import { patchMethods } from "./patch_methods.ts";
import { RelayedHolding } from "./relayed_holding.ts";
import { RelayedMessages } from "./relayed_messages.ts";
import { RelayedResults } from "./relayed_results.ts";
import { Requests } from "./requests.ts";
import { StandingCalls } from "./standing_calls.ts";
import { Watching } from "./watching.ts";

/** A method of an object that is at the hub. */
export interface Invocation {
  readonly object: object;
  readonly holding: RelayedHolding;
  readonly name: string;
  readonly method: RelayedMethod;
}

/** What may be asked along with it. */
export interface Asking {
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

/** Carries the calls of this isolate to its hub. */
export class HubClient implements Relay {
  readonly memory: ThreadMemory;
  readonly offer: HubOffer;
  readonly #connection: HubConnection;
  readonly #link: HubLink;
  readonly #makings = new Makings((holding, name, message) =>
    this.#connection.send(ASK.CREATE, 0, holding.place, { name, message })
  );
  readonly #requests: Requests;
  readonly #results = new RelayedResults(
    (kind, number) => this.#requests.post(kind, number),
    (number) => this.#released(number),
  );
  /** A cell that stands for all of them where one must be named. */
  readonly #scratch: number;
  readonly #loans: Loans;
  readonly #objects = new Map<
    number,
    { readonly holding: RelayedHolding; readonly object: WeakRef<object> }
  >();
  readonly #reserved: Place[] = [];
  readonly #collectedObjects = new FinalizationRegistry<RelayedHolding>(
    (holding) => holding.release(),
  );
  /** What sends and takes messages that are no values. */
  readonly messages: RelayedMessages;
  /** What asks whether something is ready. */
  readonly watching: Watching;
  /** What asks for what comes in its time. */
  readonly standing: StandingCalls;
  readonly #doers = new Doers();
  readonly #ready = Promise.withResolvers<void>();

  constructor(socket: FramedSocket, offer: HubOffer) {
    const threads = threadMemory();
    this.memory = new ThreadMemory(threads.buffer);
    this.memory.self = threads.self;
    this.#scratch = allocateCell(this.memory, CELL_KIND.RESERVED);
    const other = allocateCell(this.memory, CELL_KIND.RESERVED);
    pair(this.memory, this.#scratch, other);
    this.offer = offer;
    this.#link = new HubLink(offer);
    this.#connection = new HubConnection(
      socket,
      this.#link,
      (reply) => this.#told(reply),
      () => this.#ready.reject(new Error("the hub of this program has ended")),
    );
    this.#ready.promise.catch(() => {});
    this.#requests = new Requests(this.#connection, this.#makings);
    this.#loans = new Loans(this.#connection, this.#link);
    this.messages = new RelayedMessages(
      this.#connection,
      this.#requests,
      this.#loans,
    );
    this.watching = new Watching(this.#connection, this.#makings);
    this.standing = new StandingCalls(this.#connection, this.#requests);
  }

  /** Fulfilled once cells are reserved; rejected if the hub ends before. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Connects the link now, as that may not be allowed later. */
  connectLink(): Promise<void> {
    return this.#link.connected();
  }

  create(kind: CellKind): RelayedHolding {
    const place = this.#reserved.pop() ?? this.#reserveMore();
    return new RelayedHolding(this, kind, this.#scratch, place, true);
  }

  adopt(
    sharing: Sharing<object>,
    cell: number,
    generation: number,
    parts: readonly object[],
  ): object {
    if (makerOf(sharing.name) === undefined) {
      throw new Error(
        `Cannot receive a ${sharing.name}: it is in memory that this process does not share`,
      );
    }
    const known = this.#objects.get(cell);
    if (known?.holding.place.generation === generation) {
      const object = known.object.deref();
      if (object !== undefined && !known.holding.isOver) return object;
    }
    const holding = new RelayedHolding(
      this,
      sharing.kind,
      this.#scratch,
      { cell, generation },
      false,
    );
    this.#bindAtHub(sharing, holding, parts);
    return createWith(holding, () => sharing.create(parts));
  }

  patch(prototype: object, methods: RelayedMethods): void {
    patchMethods(this, prototype, methods);
  }

  /** Notes the object of a hold. */
  bind(holding: RelayedHolding, object: object, isNew: boolean): void {
    this.#objects.set(holding.place.cell, {
      holding,
      object: new WeakRef(object),
    });
    this.#collectedObjects.register(object, holding, holding);
    if (isNew) this.#makings.add(holding, sharedName(object));
  }

  /** Notes what an object was made of. */
  madeOf(
    holding: RelayedHolding,
    args: readonly unknown[],
    others: readonly Holding[],
    maker?: string,
  ): void {
    this.#makings.change(holding, args, others, maker);
  }

  /** The object of a hold is not needed any more. */
  release(holding: RelayedHolding): void {
    this.#collectedObjects.unregister(holding);
    this.#loans.giveBack(holding);
    const { cell, generation } = holding.place;
    if (this.#objects.get(cell)?.holding === holding) {
      this.#objects.delete(cell);
    }
    this.#requests.post(ASK.RELEASE, 0, { cell, generation });
  }

  /** Calls a method, and gives its result as a promise. */
  async call(
    { object, holding, name, method }: Invocation,
    args: readonly unknown[],
    asking: Asking = {},
    doWhat?: (what: unknown) => unknown,
  ): Promise<unknown> {
    const { calls } = this.#connection;
    const next = method.lends ? this.#loans.next(holding) : undefined;
    if (next !== undefined) {
      const lent = await next;
      if (lent !== undefined) {
        if (isBreathless()) await breathe();
        return fromHubBytes(lent);
      }
    }
    const doing = describeCall(object, name);
    const { signal, timeout } = asking;
    calls.check(doing);
    const message = encodeCall(method, args);
    const isAhead = method.ahead && signal === undefined &&
      timeout === undefined && this.messages.sendAhead(holding, message);
    if (isAhead) {
      await this.#connection.written(doing);
      if (isBreathless()) await breathe();
      return;
    }
    const loan = method.lends ? this.#loans.ask(holding) : undefined;
    const pause = method.pauses?.(object);
    const over = pause && (() => pause.end());
    const { number, promise } = calls.begin(doing, false, over);
    const cancel = () => this.#requests.post(ASK.CANCEL, number);
    if (method.ahead) holding.sendsAsked++;
    try {
      if (doWhat !== undefined) this.#doers.set(number, doWhat);
      const details = { name: method.as ?? name, timeout, message };
      this.#requests.send(ASK.CALL, number, holding.place, {
        ...details,
        ...loan?.asked(number),
      });
      signal?.addEventListener("abort", cancel);
      let reply = await promise;
      if (pause !== undefined) this.#results.waited(reply, pause);
      if (method.lends) {
        reply = await this.#loans.given(holding, loan, reply, doing);
      }
      if (reply.kind === TELL.CANCELLED) throw signal?.reason;
      // Without a wait for what is there: others who take might come before.
      return this.#results.of(reply, object, holding);
    } catch (error) {
      loan?.failed();
      calls.drop(number);
      throw error;
    } finally {
      if (method.ahead) holding.sendsAsked--;
      signal?.removeEventListener("abort", cancel);
      this.#doers.delete(number);
    }
  }

  /** Calls a method, and blocks the thread until it has a result. */
  callSync(
    { object, holding, name, method }: Invocation,
    args: readonly unknown[],
    timeout?: number,
    doWhat?: (what: unknown) => unknown,
  ): unknown {
    const doing = describeCall(object, name);
    const message = encodeCall(method, args);
    const details = { name: method.as ?? name, timeout, message };
    if (method.gives !== undefined) this.#loans.giveBack(holding);
    const pause = method.pauses?.(object);
    let reply: Reply;
    try {
      reply = this.#requests.exchange(
        ASK.CALL,
        holding.place,
        details,
        doing,
      );
      while (reply.kind === TELL.DO) {
        const { body } = reply;
        const done = {
          message: doneMessage(() => doWhat?.(decode(body))),
        };
        reply = this.#requests.exchange(ASK.DONE, NOWHERE, done, doing);
      }
    } finally {
      pause?.end();
    }
    if (pause !== undefined) this.#results.waited(reply, pause);
    const result = this.#results.of(reply, object, holding);
    // A value may be anything, nothing included.
    const { form } = reply;
    const hasValue = form === FORM.VALUE || form === FORM.RAW ||
      form === FORM.FOREIGN;
    return method.gives === "try" && hasValue ? { value: result } : result;
  }

  /** Calls a method whose result nobody waits for. */
  postCall(
    { object, holding, name, method }: Invocation,
    args: readonly unknown[],
  ): void {
    const message = encodeCall(method, args);
    const details = { name: method.as ?? name, message };
    if (method.last) {
      // Whatever is closed at a hub that has ended is.
      if (this.#connection.calls.isOver) return;
      this.#connection.credits.end(holding);
    }
    const doing = describeCall(object, name);
    this.#requests.tell(ASK.POST, 0, holding.place, details, doing);
  }

  /** Lets a child that is about to start hold what it is handed. */
  expect(ticket: string, handles: readonly object[]): void {
    const cells = cellsOf(
      handles.filter((handle) => holdingOf(handle)?.isRelayed),
    );
    const message = { ...noMessage, cells };
    const details = { name: ticket, message };
    this.#requests.tell(ASK.EXPECT, 0, NOWHERE, details, "start a child");
  }

  /**
   * The child has ended, or was never started; resolves once the hub has done all that
   * it has sent, or has ended itself.
   */
  async gone(ticket: string): Promise<void> {
    const { calls } = this.#connection;
    if (calls.isOver) return;
    const { number, promise } = calls.begin("end a child", true);
    this.#requests.send(ASK.GONE, number, NOWHERE, { name: ticket });
    await promise.catch(() => {});
  }

  /** Says that this isolate ends by itself, and well. */
  leave(): void {
    if (this.#connection.calls.isOver) return;
    this.#requests.tell(ASK.BYE, 0, NOWHERE, {}, "end");
  }

  #bindAtHub(
    { name, module }: Sharing<object>,
    holding: RelayedHolding,
    parts: readonly object[],
  ): void {
    const message = plainMessage([module, ...parts]);
    this.#requests.send(ASK.BIND, 0, holding.place, { name, message });
  }

  /** A guard is released; nobody has it where the hub has ended. */
  #released(number: number): void {
    if (this.#connection.calls.isOver) return;
    this.#requests.tell(ASK.GUARD, number, NOWHERE, {}, "release a guard");
  }

  #reserveMore(): Place {
    const doing = "create a shared object";
    // Without what is to be made before: that may be in the middle of being described.
    const reply = this.#connection.exchange(ASK.RESERVE, NOWHERE, {}, doing);
    this.#reserve(reply);
    return this.#reserved.pop()!;
  }

  #reserve({ body }: Reply): void {
    const words = wordsIn(body);
    for (let n = 0; n + 1 < words.length; n += 2) {
      this.#reserved.push({ cell: words[n], generation: words[n + 1] });
    }
  }

  #told(reply: Reply): void {
    switch (reply.kind) {
      case TELL.RESERVED:
        this.#reserve(reply);
        return this.#ready.resolve();
      case TELL.CREDIT: {
        const [cell, generation, bytes] = wordsIn(reply.body);
        const holding = this.#objects.get(cell)?.holding;
        if (holding?.place.generation !== generation) return;
        return this.#connection.credits.add(holding, bytes, reply.epoch);
      }
      case TELL.LENT:
        return this.#loans.came(reply);
      case TELL.DO:
        return void this.#do(reply);
      default:
        throw new DecodeError("it is no reply");
    }
  }

  async #do({ number, body }: Reply): Promise<void> {
    const message = await this.#doers.do(number, decode(body));
    if (this.#connection.calls.isOver) return;
    this.#requests.send(ASK.DONE, number, NOWHERE, { message });
  }
}
