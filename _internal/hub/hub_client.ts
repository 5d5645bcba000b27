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
import { breathe, isBreathless } from "../parking/mod.ts";
import type { FramedSocket } from "../sockets/mod.ts";
import { CallTable } from "./call_table.ts";
import {
  cellsOf,
  encodeCall,
  type Message,
  noMessage,
  plainMessage,
} from "./call_body.ts";
import { HubLink } from "./hub_link.ts";
import {
  ASK,
  type Body,
  FLAG,
  FORM,
  partsIn,
  readReply,
  type Reply,
  requestLength,
  TELL,
  wordsIn,
  writeRequest,
} from "./messages.ts";
import type { HubOffer } from "./offer.ts";
import { Outflow } from "./outflow.ts";
import { patchMethods } from "./patch_methods.ts";
import { RelayedGuard } from "./relayed_guard.ts";
import { RelayedHolding } from "./relayed_holding.ts";

/** Where something is that is to be told of a request. */
type Place = { readonly cell: number; readonly generation: number };

const NOWHERE: Place = { cell: 0, generation: 0 };

/** An object that the hub is to make before it is asked for anything else. */
interface Making {
  readonly holding: RelayedHolding;
  readonly name: string;
  readonly module: string;
  readonly args: readonly unknown[];
  readonly others: readonly Holding[];
}

/** What may be asked along with a method. */
export interface Asking {
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

/** Carries the calls of this isolate to its hub. */
export class HubClient implements Relay {
  readonly memory: ThreadMemory;
  readonly offer: HubOffer;
  readonly #socket: FramedSocket;
  readonly #outflow: Outflow;
  readonly #calls: CallTable;
  readonly #link: HubLink;
  /** A cell that stands for all of them where one must be named. */
  readonly #scratch: number;
  readonly #objects = new Map<
    number,
    { readonly holding: RelayedHolding; readonly object: WeakRef<object> }
  >();
  readonly #reserved: Place[] = [];
  readonly #guards = new Map<number, WeakRef<RelayedGuard>>();
  readonly #collectedObjects = new FinalizationRegistry<RelayedHolding>(
    (holding) => holding.release(),
  );
  readonly #collectedGuards = new FinalizationRegistry<number>((number) => {
    this.#guards.delete(number);
    this.#post(ASK.FORGET, number);
  });
  readonly #doers = new Map<number, (what: unknown) => unknown>();
  #makings: Making[] = [];
  #isFlushing = false;
  #order = 0;
  #ready = Promise.withResolvers<void>();

  constructor(socket: FramedSocket, offer: HubOffer) {
    const threads = threadMemory();
    this.memory = new ThreadMemory(threads.buffer);
    this.memory.self = threads.self;
    this.#scratch = allocateCell(this.memory, CELL_KIND.RESERVED);
    const other = allocateCell(this.memory, CELL_KIND.RESERVED);
    pair(this.memory, this.#scratch, other);
    this.#socket = socket;
    this.offer = offer;
    this.#calls = new CallTable((isHeld) => {
      if (!this.#calls.isOver) socket.hold(isHeld);
    });
    this.#outflow = new Outflow(
      (bytes) => socket.write(bytes),
      () => this.#end(),
    );
    this.#link = new HubLink(offer);
    this.#receive();
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
    if (isNew) this.#make(holding, sharedName(object), [], []);
  }

  /** Notes what an object was made of. */
  madeOf(
    holding: RelayedHolding,
    args: readonly unknown[],
    others: readonly Holding[],
    maker?: string,
  ): void {
    const index = this.#makings.findIndex((each) => each.holding === holding);
    const [{ name }] = this.#makings.splice(index, 1);
    this.#makings = this.#makings.filter((each) =>
      !others.includes(each.holding)
    );
    this.#make(holding, maker ?? name, args, others);
  }

  /** The object of a hold is not needed any more. */
  release(holding: RelayedHolding): void {
    this.#collectedObjects.unregister(holding);
    const { cell, generation } = holding.place;
    if (this.#objects.get(cell)?.holding === holding) {
      this.#objects.delete(cell);
    }
    this.#post(ASK.RELEASE, 0, { cell, generation });
  }

  /** Releases a guard at the hub. */
  releaseGuard(number: number, guard: RelayedGuard): void {
    this.#collectedGuards.unregister(guard);
    this.#guards.delete(number);
    this.#post(ASK.GUARD, number);
  }

  /** Calls a method, and gives its result as a promise. */
  async call(
    object: object,
    holding: RelayedHolding,
    name: string,
    method: RelayedMethod,
    args: readonly unknown[],
    asking: Asking = {},
    doWhat?: (what: unknown) => unknown,
  ): Promise<unknown> {
    const doing = describeCall(object, name);
    const { number, promise } = this.#calls.begin(doing);
    const message = encodeCall(method, args);
    if (doWhat !== undefined) this.#doers.set(number, doWhat);
    const { signal } = asking;
    const cancel = () => this.#post(ASK.CANCEL, number);
    try {
      this.#send(ASK.CALL, 0, number, holding.place, {
        name: method.as ?? name,
        timeout: asking.timeout,
        message,
      });
      signal?.addEventListener("abort", cancel);
      const reply = await promise;
      if (reply.kind === TELL.CANCELLED) throw signal?.reason;
      return await this.#resultOf(reply, object, holding);
    } catch (error) {
      this.#calls.drop(number);
      throw error;
    } finally {
      signal?.removeEventListener("abort", cancel);
      this.#doers.delete(number);
    }
  }

  /** Calls a method, and blocks the thread until it has a result. */
  callSync(
    object: object,
    holding: RelayedHolding,
    name: string,
    method: RelayedMethod,
    args: readonly unknown[],
    timeout?: number,
    doWhat?: (what: unknown) => unknown,
  ): unknown {
    const doing = describeCall(object, name);
    let reply = this.#exchange(
      ASK.CALL,
      holding.place,
      method.as ?? name,
      encodeCall(method, args),
      doing,
      timeout,
    );
    while (reply.kind === TELL.DO) {
      reply = this.#exchange(
        ASK.DONE,
        NOWHERE,
        "",
        doneMessage(() => doWhat?.(decode(reply.body))),
        doing,
      );
    }
    const result = this.#resultOf(reply, object, holding);
    // A value may be anything, nothing included.
    const hasValue = reply.form === FORM.VALUE || reply.form === FORM.RAW;
    return method.gives === "try" && hasValue ? { value: result } : result;
  }

  /** Calls a method whose result nobody waits for. */
  postCall(
    holding: RelayedHolding,
    name: string,
    method: RelayedMethod,
    args: readonly unknown[],
  ): void {
    this.#send(ASK.POST, 0, 0, holding.place, {
      name: method.as ?? name,
      message: encodeCall(method, args),
    });
  }

  /** Sends a message that is no value, and whose arrival nobody waits for. */
  postMessage(
    holding: RelayedHolding,
    name: string,
    body: Body,
    handles: readonly object[],
  ): void {
    const message = { form: FORM.VALUE, body, cells: cellsOf(handles) };
    this.#send(ASK.POST, 0, 0, holding.place, { name, message });
  }

  /** Calls a method that gives many messages. */
  async takeMany(
    object: object,
    holding: RelayedHolding,
    name: string,
  ): Promise<{ messages: Uint8Array[]; acknowledge: () => void }> {
    const { number, promise } = this.#calls.begin(describeCall(object, name));
    this.#send(ASK.CALL, 0, number, holding.place, { name });
    const { kind, form, carries, extra, body } = await promise;
    if (kind === TELL.THREW) throw decode(body);
    if (form !== FORM.VALUES) throw new DecodeError("it is no result");
    return {
      messages: partsIn(body),
      acknowledge: () => {
        if (carries) this.#post(ASK.ACKNOWLEDGE, extra);
      },
    };
  }

  /** Fulfilled once all that was sent has been written. */
  written(): Promise<void> {
    return this.#outflow.written();
  }

  /** Has the hub remember how an object is now; gives the number of that. */
  observe(object: object, holding: RelayedHolding): number {
    const number = this.#calls.reserve(describeCall(object, "wait"));
    this.#send(ASK.OBSERVE, 0, number, holding.place, {});
    return number;
  }

  /** Ends what {@linkcode observe} has begun. */
  unwatch(number: number): void {
    this.#post(ASK.UNWATCH, number);
  }

  /** Waits until what is observed is ready. */
  async watch(
    object: object,
    observed: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { number, promise } = this.#calls.begin(describeCall(object, "wait"));
    const cancel = () => this.#post(ASK.CANCEL, number);
    this.#send(ASK.WATCH, 0, number, { cell: observed, generation: 0 }, {});
    signal.addEventListener("abort", cancel);
    try {
      const reply = await promise;
      if (reply.kind !== TELL.RETURNED) throw signal.reason;
    } finally {
      signal.removeEventListener("abort", cancel);
    }
  }

  /** Whether what is observed is ready. */
  async isReady(object: object, observed: number): Promise<boolean> {
    const { number, promise } = this.#calls.begin(describeCall(object, "wait"));
    this.#send(ASK.LOOK, 0, number, { cell: observed, generation: 0 }, {});
    const { kind, body } = await promise;
    const result = decode(body);
    if (kind === TELL.THREW) throw result;
    return result === true;
  }

  /** The same, blocking the thread. */
  isReadySync(object: object, observed: number): boolean {
    const place = { cell: observed, generation: 0 };
    const doing = describeCall(object, "wait");
    const { kind, body } = this.#exchange(
      ASK.LOOK,
      place,
      "",
      noMessage,
      doing,
    );
    const result = decode(body);
    if (kind === TELL.THREW) throw result;
    return result === true;
  }

  /** Lets a child that is about to start hold what it is handed. */
  expect(ticket: string, handles: readonly object[]): void {
    const cells = handles.flatMap((handle) => {
      const holding = holdingOf(handle);
      if (!(holding instanceof RelayedHolding)) return [];
      return [holding.place.cell, holding.place.generation];
    });
    this.#send(ASK.EXPECT, 0, 0, NOWHERE, {
      name: ticket,
      message: { ...noMessage, cells },
    });
  }

  /** The child has ended, or was never started. */
  gone(ticket: string): void {
    if (this.#calls.isOver) return;
    this.#send(ASK.GONE, 0, 0, NOWHERE, { name: ticket });
  }

  /** Says that this isolate ends by itself, and well. */
  leave(): void {
    if (!this.#calls.isOver) this.#post(ASK.BYE, 0);
  }

  #make(
    holding: RelayedHolding,
    name: string,
    args: readonly unknown[],
    others: readonly Holding[],
  ): void {
    const maker = makerOf(name);
    if (maker === undefined) {
      throw new TypeError(
        `Cannot create ${name}: it cannot be at a hub, but only in memory that processes share`,
      );
    }
    const { module } = maker;
    this.#makings.push({ holding, name, module, args, others });
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    queueMicrotask(() => {
      this.#isFlushing = false;
      this.#flushMakings();
    });
  }

  #flushMakings(): void {
    while (this.#makings.length > 0) {
      const { holding, name, module, args, others } = this.#makings.shift()!;
      const cells = others.flatMap(({ place }) => [
        place.cell,
        place.generation,
      ]);
      const message = plainMessage([module, ...args]);
      this.#write(ASK.CREATE, 0, 0, holding.place, {
        name,
        message: { ...message, cells },
      });
    }
  }

  #bindAtHub(
    { name, module }: Sharing<object>,
    holding: RelayedHolding,
    parts: readonly object[],
  ): void {
    this.#send(ASK.BIND, 0, 0, holding.place, {
      name,
      message: plainMessage([module, ...parts]),
    });
  }

  #post(kind: number, number: number, place: Place = NOWHERE): void {
    if (this.#calls.isOver) return;
    this.#send(kind, 0, number, place, {});
  }

  #send(
    kind: number,
    flags: number,
    number: number,
    place: Place,
    rest: { name?: string; timeout?: number; message?: Message },
  ): void {
    this.#calls.check();
    this.#write(kind, flags, number, place, this.#afterMakings(rest));
  }

  /** What a message names must be there before it. */
  #afterMakings<T extends { message?: Message }>(rest: T): T {
    if (this.#makings.length === 0) return rest;
    const { message } = rest;
    const body = message?.body.snapshot?.();
    this.#flushMakings();
    return body === undefined
      ? rest
      : { ...rest, message: { ...message, body } };
  }

  #write(
    kind: number,
    flags: number,
    number: number,
    place: Place,
    rest: { name?: string; timeout?: number; message?: Message },
  ): void {
    const request = this.#request(kind, flags, number, place, rest);
    this.#outflow.add(
      requestLength(request),
      (target, at) => writeRequest(target, at, request),
    );
  }

  #request(
    kind: number,
    flags: number,
    number: number,
    { cell, generation }: Place,
    { name = "", timeout = NaN, message = noMessage }: {
      name?: string;
      timeout?: number;
      message?: Message;
    },
  ) {
    this.#order = this.#order + 1 >>> 0;
    return {
      kind,
      flags,
      form: message.form,
      order: this.#order,
      number,
      cell,
      generation,
      timeout,
      name,
      cells: message.cells,
      body: message.body,
    };
  }

  /** Asks by the link, blocking the thread. */
  #exchange(
    kind: number,
    place: Place,
    name: string,
    message: Message,
    doing: string,
    timeout?: number,
  ): Reply {
    this.#calls.check(doing);
    const rest = this.#afterMakings({ name, message, timeout });
    const request = this.#request(kind, FLAG.BLOCKED, 0, place, rest);
    const before = this.#outflow.takeOver();
    const length = requestLength(request);
    const answer = this.#link.exchange(
      before,
      length,
      (target, at) => writeRequest(target, at, request),
    );
    if (answer === undefined) {
      this.#end();
      throw this.#calls.ended(doing);
    }
    return readReply(answer);
  }

  #reserveMore(): Place {
    const reply = this.#exchange(
      ASK.RESERVE,
      NOWHERE,
      "",
      noMessage,
      "create a shared object",
    );
    this.#reserve(reply);
    return this.#reserved.pop()!;
  }

  #reserve({ body }: Reply): void {
    const words = wordsIn(body);
    for (let n = 0; n + 1 < words.length; n += 2) {
      this.#reserved.push({ cell: words[n], generation: words[n + 1] });
    }
  }

  #resultOf(
    { kind, form, carries, extra, body }: Reply,
    object: object,
    holding: RelayedHolding,
  ): unknown {
    if (kind === TELL.THREW) throw decode(body);
    switch (form) {
      case FORM.NOTHING:
        return undefined;
      case FORM.PLAIN:
        return decode(body);
      case FORM.RAW:
        return body.slice();
      case FORM.GUARD:
      case FORM.ABANDONED_GUARD: {
        const isAbandoned = form === FORM.ABANDONED_GUARD;
        const guard = new RelayedGuard(
          this,
          holding,
          object,
          extra,
          isAbandoned,
        );
        this.#guards.set(extra, new WeakRef(guard));
        this.#collectedGuards.register(guard, extra, guard);
        return guard;
      }
      case FORM.VALUE:
        return this.#valueOf(carries, extra, body);
      default:
        throw new DecodeError("it is no result");
    }
  }

  #valueOf(
    carries: boolean,
    delivery: number,
    body: Uint8Array,
  ): unknown {
    const acknowledge = () => {
      if (carries) this.#post(ASK.ACKNOWLEDGE, delivery);
    };
    let value: unknown;
    try {
      value = fromHubBytes(body);
    } catch (error) {
      acknowledge();
      throw error;
    }
    if (value instanceof Promise) return value.finally(acknowledge);
    acknowledge();
    return value;
  }

  async #receive(): Promise<void> {
    const { reader } = this.#socket;
    try {
      for (;;) {
        const frame = reader.take();
        if (frame !== undefined) this.#take(readReply(frame.bytes));
        else if (!await reader.fill()) break;
        if (isBreathless()) await breathe();
      }
    } catch {
      // It was reset, or makes no sense.
    }
    this.#end();
  }

  #take(reply: Reply): void {
    switch (reply.kind) {
      case TELL.RESERVED:
        this.#reserve(reply);
        this.#ready.resolve();
        return;
      case TELL.ABANDONED:
        return this.#guards.get(reply.extra)?.deref()?.abandon();
      case TELL.DO:
        return void this.#do(reply.number, decode(reply.body));
      default:
        this.#calls.settle({ ...reply, body: reply.body.slice() });
    }
  }

  async #do(number: number, what: unknown): Promise<void> {
    let failure: { readonly error: unknown } | undefined;
    try {
      await this.#doers.get(number)?.(what);
    } catch (error) {
      failure = { error };
    }
    const message = doneMessage(() => {
      if (failure !== undefined) throw failure.error;
    });
    if (this.#calls.isOver) return;
    this.#send(ASK.DONE, 0, number, NOWHERE, { message });
  }

  #end(): void {
    if (this.#calls.isOver) return;
    this.#calls.end();
    this.#ready.reject(this.#calls.ended("join"));
    this.#ready.promise.catch(() => {});
    this.#socket.close();
  }
}

function describeCall(object: object, name: string): string {
  return `call ${sharedName(object)}.${name}()`;
}

/** Says that something has been done, or how it has failed. */
function doneMessage(what: () => unknown): Message {
  try {
    what();
    return plainMessage([]);
  } catch (error) {
    try {
      return plainMessage([error]);
    } catch (problem) {
      return plainMessage([problem]);
    }
  }
}
