import { decode, DecodeError, encode } from "../codec/mod.ts";
import {
  abandonAll,
  adoptHolding,
  cargoOf,
  CELL_KIND,
  createWith,
  handOver,
  Holding,
  holdingOf,
  isOwnModule,
  makerOf,
  methodsOf,
  Opaque,
  reap,
  type RelayedMethod,
  setCaller,
  sharingOf,
  withReserved,
} from "../handles/mod.ts";
import {
  allocateCell,
  CELL,
  cellAt,
  claim,
  generationOf,
  type Memory,
  recordEnd,
  slotOf,
  withWidestMemory,
} from "../memory/mod.ts";
import {
  endParking,
  type Readiness,
  readinessOf,
  type TryResult,
  waitUntilReady,
} from "../parking/mod.ts";
import {
  ASK,
  type Body,
  bytesBody,
  FLAG,
  FORM,
  NO_BODY,
  partsBody,
  type Reply,
  type Request,
  TELL,
  wordsBody,
} from "./messages.ts";

/** Cells that a client has in store, and how many it may use before it gets more. */
const STORE = 64;
const REFILL = 32;

/** What a client has of a cell. */
interface Entry {
  readonly generation: number;
  object: object | undefined;
  /** Why there is none. */
  failure: unknown;
  /** How many handles the client has of it. */
  handles: number;
}

/** A lock, or its like, that a client holds. */
interface HeldGuard {
  readonly guard: Guard;
  wasAbandoned: boolean;
}

interface Guard {
  readonly abandoned: boolean;
  release(): void;
}

/** A reply, before it is written. */
export type Answer = Omit<Reply, "body"> & { readonly body: Body };

/** What a session needs of its server. */
export interface SessionPort {
  /** Sends a reply, by the link if the caller is blocked. */
  reply(answer: Answer, isBlocked: boolean): void;
  /** Lets a child in that shows a ticket. */
  expect(ticket: string, id: number): void;
  /** The participant that was to come with a ticket, if it has not come. */
  unexpect(ticket: string): number | undefined;
}

/** Does at the hub what one client asks for, as that participant. */
export class ClientSession {
  readonly memory: Memory;
  readonly #port: SessionPort;
  readonly #entries = new Map<number, Entry>();
  readonly #guards = new Map<number, HeldGuard>();
  /** Those of locks, by lock: a condition may find it abandoned. */
  readonly #guardsOf = new WeakMap<object, Set<number>>();
  readonly #waits = new Map<number, AbortController>();
  readonly #observed = new Map<number, Readiness>();
  readonly #deliveries = new Map<number, readonly Holding[]>();
  readonly #doing = new Map<number, PromiseWithResolvers<unknown>>();
  #numbers = 0;
  #used = 0;
  #isOver = false;
  #endsWell = false;

  constructor(memory: Memory, port: SessionPort) {
    this.memory = memory;
    this.#port = port;
    this.#reserve(STORE);
  }

  /**
   * Does what a request says.
   *
   * @returns a promise if what follows is to wait
   */
  do(request: Request): void | Promise<void> {
    const { kind, number, cell } = request;
    switch (kind) {
      case ASK.CALL:
      case ASK.POST:
        return this.#call(request);
      case ASK.CREATE:
      case ASK.BIND: {
        const [module] = decode(request.body, {
          revive: () => ({}),
        }) as [string];
        const isLoaded = makerOf(request.name) !== undefined &&
          sharingOf(request.name) !== undefined;
        if (isLoaded || !isOwnModule(module)) return this.#make(request);
        return import(module).catch(() => {}).then(() => this.#make(request));
      }
      case ASK.RELEASE:
        return this.#release(cell, request.generation);
      case ASK.CANCEL:
        return this.#waits.get(number)?.abort(CANCELLED);
      case ASK.ACKNOWLEDGE:
        return this.#acknowledge(number);
      case ASK.GUARD:
        this.#guards.get(number)?.guard.release();
        this.#guards.delete(number);
        return;
      case ASK.FORGET:
        this.#guards.delete(number);
        return;
      case ASK.EXPECT:
        return this.#expect(request);
      case ASK.GONE: {
        const id = this.#port.unexpect(request.name);
        if (id !== undefined) reap(this.memory, id);
        return;
      }
      case ASK.OBSERVE:
        return this.#observe(request);
      case ASK.UNWATCH:
        this.#observed.delete(number);
        return;
      case ASK.LOOK:
        return this.#look(request);
      case ASK.WATCH:
        this.#watch(request);
        return;
      case ASK.RESERVE:
        return this.#answerReserve(request);
      case ASK.DONE:
        return this.#done(request);
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
    if (this.#endsWell) recordEnd(memory.words, slotOf(memory.self), 0);
    // Its waits stay as they are, as those of any that dies: others see to them.
    endParking(memory);
    abandonAll(memory);
    this.#entries.clear();
    this.#guards.clear();
    this.#waits.clear();
    this.#doing.clear();
  }

  /** Has the client do something for a call that it waits for. */
  async ask(call: number, what: unknown): Promise<unknown> {
    const asked = Promise.withResolvers<unknown>();
    this.#doing.set(call, asked);
    const body = encode(what, { root: "question" });
    this.#reply(
      { kind: TELL.DO, form: FORM.PLAIN, number: call, body },
      call === 0,
    );
    return await asked.promise;
  }

  #call(request: Request): void {
    const isPost = request.kind === ASK.POST;
    const isBlocked = (request.flags & FLAG.BLOCKED) !== 0;
    const { number, name } = request;
    try {
      const object = this.#objectAt(request.cell, request.generation);
      const table = methodsOf(object);
      const result = table === undefined
        ? undefined
        : this.#perform(object, name, request);
      if (!(result instanceof Promise)) {
        if (!isPost) this.#returned(number, result, isBlocked, object);
        return;
      }
      result.then(
        (value) => {
          this.#waits.delete(number);
          if (name === "wait") this.#lookForAbandoned(object);
          if (!isPost) this.#returned(number, value, isBlocked, object);
        },
        (error) => {
          this.#waits.delete(number);
          if (name === "wait") this.#lookForAbandoned(object);
          if (!isPost) this.#threw(number, error, isBlocked);
        },
      );
    } catch (error) {
      if (!isPost) this.#threw(number, error, isBlocked);
    }
  }

  #perform(object: object, name: string, request: Request): unknown {
    const methods = methodsOf(object)!;
    if (name.endsWith("=")) {
      const [value] = this.#plain(request.body);
      const property = name.slice(0, -1);
      if (methods[property]?.accessor !== true) throw notAsked(name);
      Reflect.set(object, property, value);
      return undefined;
    }
    const method = methodNamed(methods, name);
    if (method.accessor) return Reflect.get(object, name);
    const args = this.#argsOf(method, request);
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
    return this.#running(
      request.number,
      () => this.#invoke(object, name, args),
    );
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

  #argsOf(method: RelayedMethod, request: Request): unknown[] {
    const { form, body, cells } = request;
    const args: unknown[] = [];
    switch (form) {
      case FORM.VALUE:
        args[method.value!] = new Opaque(
          body,
          cargoOf(this.#carried(cells)),
          [],
        );
        return args;
      case FORM.RAW:
        args[method.bytes!] = body;
        return args;
      case FORM.PLAIN: {
        const told = this.#plain(body);
        for (let n = 0; told.length > 0; n++) {
          if (n !== method.wait) args[n] = told.shift();
        }
        return args;
      }
      default:
        return args;
    }
  }

  /** The objects that a message is to carry. */
  #carried(cells: readonly number[]): object[] {
    const objects: object[] = [];
    for (let n = 0; n < cells.length; n += 2) {
      objects.push(this.#objectAt(cells[n], cells[n + 1]));
    }
    return objects;
  }

  #objectAt(cell: number, generation: number): object {
    const entry = this.#entries.get(cell);
    if (entry?.generation !== generation) {
      throw new Error("Cannot use a shared object: it no longer exists");
    }
    if (entry.object === undefined) throw entry.failure;
    return entry.object;
  }

  #plain(body: Uint8Array): unknown[] {
    return decode(body, {
      revive: ({ words: [, cell, generation] }) =>
        this.#objectAt(cell, generation),
    }) as unknown[];
  }

  #make(request: Request): void {
    const { kind, cell, generation } = request;
    const known = this.#entries.get(cell);
    if (known?.generation === generation && kind === ASK.BIND) {
      known.handles++;
      if (known.object !== undefined && isOver(known.object)) {
        known.object = undefined;
        this.#fill(known, () => this.#bind(request));
      }
      return;
    }
    if (kind === ASK.BIND) {
      this.#fill(this.#enter(cell, generation), () => this.#bind(request));
      return;
    }
    this.#create(request);
  }

  #create({ name, cell, generation, cells, body }: Request): void {
    const places = [[cell, generation]];
    for (let n = 0; n < cells.length; n += 2) {
      places.push([cells[n], cells[n + 1]]);
    }
    const entries = places.map(([cell, generation]) =>
      this.#enter(cell, generation)
    );
    this.#used += places.length;
    if (this.#used >= REFILL) {
      this.#reserve(this.#used);
      this.#used = 0;
    }
    try {
      const maker = makerOf(name);
      if (maker === undefined) throw new Error(`Cannot create ${name}`);
      const [, ...args] = this.#plain(body);
      const numbers = places.map(([cell]) => this.#reservedCell(cell));
      const made = withWidestMemory(
        this.memory,
        () => withReserved(numbers, () => maker.make(...args as never[])),
      );
      // What else it is made of is no object to the client, but for a pipe.
      const objects = Array.isArray(made) ? made : [made];
      objects.forEach((object, n) => {
        entries[n].object = object;
      });
    } catch (error) {
      for (const entry of entries) entry.failure = error;
    }
  }

  #reservedCell(cell: number): number {
    const kind = Atomics.load(this.memory.words, cellAt(cell) + CELL.KIND);
    if (kind === CELL_KIND.RESERVED) return cell;
    throw new DecodeError("a cell of a new object is not reserved");
  }

  #bind({ name, cell, generation, body }: Request): object {
    const sharing = sharingOf(name);
    if (sharing === undefined) throw new Error(`Cannot receive a ${name}`);
    const [, ...parts] = this.#plain(body) as [string, ...object[]];
    return withWidestMemory(this.memory, () => {
      const held = adoptHolding(this.memory, sharing.kind, cell, generation);
      return held instanceof Holding
        ? createWith(held, () => sharing.create(parts))
        : held;
    });
  }

  #enter(cell: number, generation: number): Entry {
    const entry: Entry = {
      generation,
      object: undefined,
      failure: undefined,
      handles: 1,
    };
    this.#entries.set(cell, entry);
    return entry;
  }

  #fill(entry: Entry, make: () => object): void {
    try {
      entry.object = make();
    } catch (error) {
      entry.failure = error;
    }
  }

  #release(cell: number, generation: number): void {
    const entry = this.#entries.get(cell);
    if (entry?.generation !== generation || --entry.handles > 0) return;
    this.#entries.delete(cell);
    if (entry.object !== undefined) holdingOf(entry.object)?.release();
  }

  #expect({ name, cells }: Request): void {
    const id = claim(this.memory, 0);
    try {
      handOver(this.#carried(cells), { thread: id })(true);
    } catch {
      // The child will be told that they are no more.
    }
    this.#port.expect(name, id);
  }

  #observe({ number, cell, generation }: Request): void {
    try {
      const readiness = readinessOf(this.#objectAt(cell, generation));
      if (readiness !== undefined) this.#observed.set(number, readiness);
    } catch {
      // Whoever looks is told.
    }
  }

  #observedAt(number: number): Readiness {
    const readiness = this.#observed.get(number);
    if (readiness !== undefined) return readiness;
    throw new Error("Cannot wait: the object no longer exists");
  }

  #look({ number, flags, cell }: Request): void {
    const isBlocked = (flags & FLAG.BLOCKED) !== 0;
    try {
      this.#returned(number, this.#observedAt(cell).isReady(), isBlocked);
    } catch (error) {
      this.#threw(number, error, isBlocked);
    }
  }

  async #watch({ number, cell }: Request): Promise<void> {
    const controller = new AbortController();
    this.#waits.set(number, controller);
    try {
      const readiness = this.#observedAt(cell);
      await waitUntilReady([readiness], { signal: controller.signal });
      this.#returned(number, true, false);
    } catch (error) {
      this.#threw(number, error, false);
    } finally {
      this.#waits.delete(number);
    }
  }

  #done({ number, body }: Request): void {
    const asked = this.#doing.get(number);
    this.#doing.delete(number);
    const result = this.#plain(body);
    if (result.length === 0) asked?.resolve(undefined);
    else asked?.reject(result[0]);
  }

  /** Tells of guards of a lock that was abandoned while a condition had it. */
  #lookForAbandoned(condition: object): void {
    const { lock } = condition as { readonly lock?: object };
    const numbers = lock && this.#guardsOf.get(lock);
    for (const extra of numbers ?? []) {
      const held = this.#guards.get(extra);
      if (held === undefined) numbers!.delete(extra);
      else if (!held.wasAbandoned && held.guard.abandoned) {
        held.wasAbandoned = true;
        this.#reply({ kind: TELL.ABANDONED, extra }, false);
      }
    }
  }

  #answerReserve({ number, flags }: Request): void {
    const isBlocked = (flags & FLAG.BLOCKED) !== 0;
    const body = wordsBody(isBlocked ? this.#allocate(STORE) : []);
    this.#reply({ kind: TELL.RETURNED, number, body }, isBlocked);
  }

  #reserve(count: number): void {
    const body = wordsBody(this.#allocate(count));
    this.#reply({ kind: TELL.RESERVED, body }, false);
  }

  #allocate(count: number): number[] {
    return Array.from({ length: count }, () => {
      const cell = allocateCell(this.memory, CELL_KIND.RESERVED);
      return [cell, generationOf(this.memory, cell)];
    }).flat();
  }

  #returned(
    number: number,
    result: unknown,
    isBlocked: boolean,
    object?: object,
  ): void {
    const kind = TELL.RETURNED;
    if (result instanceof Opaque) {
      return this.#deliver(number, result, isBlocked);
    }
    if (Array.isArray(result)) return this.#deliverMany(number, result);
    if (isTryResult(result)) {
      return this.#returned(
        number,
        result.ok ? result.value : undefined,
        isBlocked,
      );
    }
    if (result === undefined) {
      return this.#reply({ kind, number }, isBlocked);
    }
    if (result instanceof Uint8Array) {
      const body = bytesBody(result);
      return this.#reply({ kind, number, form: FORM.RAW, body }, isBlocked);
    }
    if (isGuard(result)) {
      const extra = ++this.#numbers;
      const { abandoned } = result;
      this.#guards.set(extra, { guard: result, wasAbandoned: abandoned });
      if (object !== undefined) this.#noteGuard(object, extra);
      const form = abandoned ? FORM.ABANDONED_GUARD : FORM.GUARD;
      return this.#reply({ kind, number, form, extra }, isBlocked);
    }
    const body = encode(result, { root: "result" });
    this.#reply({ kind, number, form: FORM.PLAIN, body }, isBlocked);
  }

  #noteGuard(lock: object, guard: number): void {
    const numbers = this.#guardsOf.get(lock);
    // Only an RLock has more than one at a time.
    if (numbers === undefined || holdingOf(lock)?.kind === CELL_KIND.LOCK) {
      this.#guardsOf.set(lock, new Set([guard]));
    } else numbers.add(guard);
  }

  #deliver(number: number, { bytes, cells }: Opaque, isBlocked: boolean): void {
    const carries = cells.length > 0;
    let extra = 0;
    if (carries) {
      extra = ++this.#numbers;
      this.#deliveries.set(extra, this.#hold(cells));
    }
    const body = bytesBody(bytes);
    this.#reply(
      {
        kind: TELL.RETURNED,
        number,
        form: FORM.VALUE,
        carries,
        extra,
        body,
      },
      isBlocked,
    );
  }

  #deliverMany(number: number, messages: readonly Opaque[]): void {
    const cells = messages.flatMap(({ cells }) => cells);
    const carries = cells.length > 0;
    const extra = carries ? ++this.#numbers : 0;
    if (carries) this.#deliveries.set(extra, this.#hold(cells));
    const body = partsBody(messages.map(({ bytes }) => bytes));
    this.#reply({
      kind: TELL.RETURNED,
      number,
      form: FORM.VALUES,
      carries,
      extra,
      body,
    }, false);
  }

  /** Keeps what is on its way to the client, which holds it already. */
  #hold(cells: readonly number[]): Holding[] {
    return cells.map((cell) => {
      const object = this.#entries.get(cell)?.object;
      const known = object && holdingOf(object);
      if (known !== undefined && known.takeBack() && known.pin()) return known;
      const kind = Atomics.load(this.memory.words, cellAt(cell) + CELL.KIND);
      const holding = new Holding(this.memory, kind, cell).begin();
      holding.pin();
      return holding;
    });
  }

  #acknowledge(delivery: number): void {
    for (const holding of this.#deliveries.get(delivery) ?? []) {
      holding.unpin();
      const entry = this.#entries.get(holding.cell);
      // Nobody has come to need it.
      if (entry === undefined) holding.release();
    }
    this.#deliveries.delete(delivery);
  }

  #threw(number: number, error: unknown, isBlocked: boolean): void {
    if (error === CANCELLED) {
      return this.#reply({ kind: TELL.CANCELLED, number }, isBlocked);
    }
    let body: Body;
    try {
      body = encode(error, { root: "error" });
    } catch (problem) {
      body = encode(problem, { root: "error" });
    }
    this.#reply(
      { kind: TELL.THREW, number, form: FORM.PLAIN, body },
      isBlocked,
    );
  }

  #reply(answer: Partial<Answer> & { kind: number }, isBlocked: boolean): void {
    if (this.#isOver) return;
    this.#port.reply(
      {
        form: FORM.NOTHING,
        carries: false,
        number: 0,
        extra: 0,
        body: NO_BODY,
        ...answer,
      },
      isBlocked,
    );
  }
}

/** The reason of a wait that a client has given up. */
const CANCELLED = new DOMException("given up", "AbortError");

let current: { session: ClientSession; call: number } | undefined;

setCaller(() => {
  const asked = current;
  return asked && ((what) => asked.session.ask(asked.call, what));
});

function methodNamed(
  methods: Readonly<Record<string, RelayedMethod>>,
  name: string,
): RelayedMethod {
  const method = methods[name];
  if (method !== undefined) return method;
  throw notAsked(name);
}

function notAsked(name: string): TypeError {
  return new TypeError(`Cannot call ${name}: a hub is not asked for that`);
}

function isDone(result: unknown): boolean {
  return isTryResult(result) ? result.ok : result !== false &&
    result !== undefined;
}

function isTryResult(result: unknown): result is TryResult<unknown> {
  return typeof result === "object" && result !== null &&
    typeof (result as { ok?: unknown }).ok === "boolean";
}

function isGuard(result: unknown): result is Guard {
  return typeof result === "object" && result !== null &&
    typeof (result as { release?: unknown }).release === "function" &&
    Symbol.dispose in result;
}

function isOver(object: object): boolean {
  return holdingOf(object)?.isOver ?? false;
}
