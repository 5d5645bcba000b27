import type { Address } from "../_internal/sockets/mod.ts";
import type { Target } from "../process/mod.ts";
import type { SharedArrays, SharedMemory } from "../sync/mod.ts";
import { type Access, accessFor, makeWith } from "./_access.ts";
import { createObject } from "./_create_object.ts";
import { arrayArgs, entriesOf, itemsOf, valuesOf } from "./_items.ts";
import { localClientOf } from "./_local_clients.ts";
import { proxyFor } from "./_making.ts";
import { barrierArgs, maxSizeOf, permitsOf, processesOf } from "./_options.ts";
import { connectTo } from "./_network.ts";
import { registerTarget } from "./_registered.ts";
import { RemoteClient } from "./_remote_client.ts";
import { shareManager } from "./_share_manager.ts";
import { valueArgs } from "./_value_args.ts";
import { ArrayProxy } from "./array_proxy.ts";
import { BarrierProxy } from "./barrier_proxy.ts";
import type { BaseProxy } from "./base_proxy.ts";
import { BoundedSemaphoreProxy } from "./bounded_semaphore_proxy.ts";
import { ConditionProxy } from "./condition_proxy.ts";
import { DictProxy } from "./dict_proxy.ts";
import { EventProxy } from "./event_proxy.ts";
import { JoinableQueueProxy } from "./joinable_queue_proxy.ts";
import { ListProxy } from "./list_proxy.ts";
import { LockProxy } from "./lock_proxy.ts";
import type {
  BarrierProxyOptions,
  ManagerConnectOptions,
  ManagerOptions,
  QueueProxyOptions,
} from "./manager_options.ts";
import { NamespaceProxy } from "./namespace_proxy.ts";
import { PoolProxy } from "./pool_proxy.ts";
import type {
  ManagedArgs,
  ManagedClass,
  ManagedMaker,
  ManagedObject,
  Proxied,
} from "./proxied.ts";
import { QueueProxy } from "./queue_proxy.ts";
import { RLockProxy } from "./r_lock_proxy.ts";
import { SemaphoreProxy } from "./semaphore_proxy.ts";
import { SetProxy } from "./set_proxy.ts";
import { ValueProxy } from "./value_proxy.ts";

/**
 * A process that has objects for others: dictionaries, lists, sets, queues, locks, and
 * objects of your own classes. Whoever has a proxy of one uses the same object, in
 * this program and, over the network, in others.
 *
 * Objects are made at once: what is of the wrong kind, or cannot be sent, is a `TypeError`
 * then. What goes wrong in the manager is told by the first call, as the `RangeError` for
 * a number out of range. An object lives as long as anybody refers to it: a process or
 * thread, a message, or another object of the manager.
 *
 * The process ends when the manager is disposed of, by `await using`, and at the
 * latest with the process or thread that has made the manager. Then every call rejects
 * that has not been answered, and so does every later one, within a second:
 * `Cannot call get() of DictProxy: the manager Manager-1 (pid 123) has ended`.
 * A `timeout` or an aborted `signal` asks the manager to give a call up, and the promise
 * rejects when it answers: not while it computes, or its machine is out of reach.
 *
 * When a process or thread dies that uses the manager, its waits are withdrawn and
 * what it holds (locks, permits, items that are not done) is handed on within a second.
 * A manager can be handed to others; only who has made it ends it.
 *
 * Needs to run Deno; and `--allow-ffi` on Linux, else what a `Queue` needs without it.
 *
 * @example
 * ```ts
 * import { Manager } from "@parallel/multiprocessing/manager";
 * import { Process } from "@parallel/multiprocessing/process";
 * import { assertEquals } from "@std/assert";
 *
 * await using manager = new Manager();
 * const squares = manager.dict<number, number>();
 * const child = new Process({
 *   target: async (dict: typeof squares) => {
 *     for (const n of [1, 2, 3]) await dict.set(n, n * n);
 *   },
 *   args: [squares],
 * });
 * child.start();
 * await child.join();
 * assertEquals(await squares.toMap(), new Map([[1, 1], [2, 4], [3, 9]]));
 * ```
 */
export class Manager implements AsyncDisposable {
  static {
    shareManager(
      Manager,
      (manager) => manager.#desk,
      (desk) => managerOf({ client: localClientOf(desk), desk }),
    );
  }

  readonly #client: Access["client"];
  readonly #desk: Access["desk"];
  readonly #server: Access["server"];

  /**
   * Starts the process. Returns once it exists; calls reach it when it is ready.
   *
   * @throws {TypeError} if an option is of the wrong kind, or `tls` without a TCP address
   * @throws {RangeError} if the port is out of range, or the key empty
   * @throws {Deno.errors.NotCapable} if this program may not do what that needs
   */
  constructor(options: ManagerOptions = {}) {
    const { client, desk, server } = accessFor(options);
    this.#client = client;
    this.#desk = desk;
    this.#server = server;
  }

  /**
   * Registers a class, or a function that makes objects, for {@linkcode create}: by
   * the managers that are made afterwards, for whoever connects to them, and in this
   * process or thread.
   *
   * It is found as the target of a `Process` is: exported by the module that registers
   * it, named by `fromModule()`, or by its source, if that uses nothing around it. What
   * others may call are the methods of its class and of those that it extends, without
   * accessors and names that begin with `_` or `#`. An instance of a registered class
   * that a method returns stays there, too, but is not disposed of; the rest is copied.
   *
   * @param name what to call it
   * @param target the class or function
   * @throws {TypeError} if it is neither, or a class of the runtime, as `Map`
   */
  static register(
    name: string,
    target: ManagedClass | Target<never[], unknown>,
  ): void {
    registerTarget(name, target);
  }

  /**
   * Connects to a manager of another program, or of this one: it can do the same
   * things, but objects of this program, as queues and locks, cannot be sent to it.
   * Proxies can, to the manager that they are of; and found by {@linkcode lookup}.
   *
   * Both sides prove that they know the key. Who knows it can run code in the manager, as by
   * {@linkcode DictProxy.modify}. What is sent is neither encrypted nor signed without `tls`.
   *
   * If the connection ends, the calls that have not been answered reject within a
   * second, and so do all later ones; if the other machine vanishes from the network,
   * that takes as long as the system needs to notice.
   *
   * Needs `--allow-net`: for `host:port`, or for `unix:/path`, which needs
   * `--allow-read` and `--allow-write` for the path, too. It needs no `--allow-ffi`.
   *
   * @param address what the manager was made with, or says is its {@linkcode address}
   * @param options the key, TLS, and how long to wait in milliseconds: `timeout` and `signal`
   *   hold until the manager has answered
   * @returns a manager, whose disposal ends the connection
   * @throws {TypeError} if the address is none, or an option is of the wrong kind
   * @throws {RangeError} if the port is out of range, or the key empty
   * @throws {AuthenticationError} if the manager has another key, or is none
   * @throws {DOMException} `TimeoutError` if it does not answer in time
   * @throws the signal's reason if it is aborted
   * @throws {Deno.errors.ConnectionRefused} if nobody listens there
   */
  static async connect(
    address: Address,
    options: ManagerConnectOptions = {},
  ): Promise<Manager> {
    return managerOf({ client: await connectTo(address, options) });
  }

  /**
   * Where other programs can connect to it.
   *
   * @throws {Error} if it listens nowhere: made without an address, or not able to listen
   */
  get address(): Promise<Address> {
    return this.#ask("address", []);
  }

  /** What it is called in messages. */
  get name(): string {
    return this.#client.name;
  }

  /** Process id of the process; `undefined` if it is not of this program. */
  get pid(): number | undefined {
    return this.#desk?.pid;
  }

  /** Makes a {@linkcode DictProxy}. */
  dict<K = unknown, V = unknown>(
    entries: Iterable<readonly [K, V]> = [],
  ): DictProxy<K, V> {
    return this.#create("dict", [entriesOf(entries)], DictProxy<K, V>);
  }

  /** Makes a {@linkcode ListProxy}. */
  list<T = unknown>(items: Iterable<T> = []): ListProxy<T> {
    return this.#create("list", [itemsOf(items, "create list")], ListProxy<T>);
  }

  /** Makes a {@linkcode SetProxy}. */
  set<T = unknown>(items: Iterable<T> = []): SetProxy<T> {
    return this.#create("set", [itemsOf(items, "create set")], SetProxy<T>);
  }

  /** Makes a {@linkcode NamespaceProxy}. */
  namespace<T extends object = Record<string, unknown>>(
    values?: T,
  ): NamespaceProxy<T> {
    return this.#create("namespace", [valuesOf(values)], NamespaceProxy<T>);
  }

  /** Makes a {@linkcode ValueProxy}. Takes the value alone, as it has no type. */
  value<T = unknown>(value: T): ValueProxy<T> {
    return this.#create("value", valueArgs(value, arguments), ValueProxy<T>);
  }

  /**
   * Makes an {@linkcode ArrayProxy}.
   *
   * @param type of its numbers, as of a `SharedArray`
   * @param content its length, or its items
   */
  array<K extends keyof SharedArrays>(
    type: K,
    content: number | Iterable<SharedArrays[K][number]>,
  ): ArrayProxy<K> {
    return this.#create("array", arrayArgs(type, content), ArrayProxy<K>);
  }

  /** Makes a {@linkcode QueueProxy}. */
  queue<T = unknown>(options: QueueProxyOptions = {}): QueueProxy<T> {
    return this.#create("queue", [maxSizeOf(options)], QueueProxy<T>);
  }

  /** Makes a {@linkcode JoinableQueueProxy}. */
  joinableQueue<T = unknown>(
    options: QueueProxyOptions = {},
  ): JoinableQueueProxy<T> {
    const size = maxSizeOf(options);
    return this.#create("joinableQueue", [size], JoinableQueueProxy<T>);
  }

  /** Makes a {@linkcode LockProxy}. */
  lock(): LockProxy {
    return this.#create("lock", [], LockProxy);
  }

  /** Makes an {@linkcode RLockProxy}. */
  rLock(): RLockProxy {
    return this.#create("rLock", [], RLockProxy);
  }

  /** Makes a {@linkcode SemaphoreProxy} with so many permits, 0 to 2^29 - 1. */
  semaphore(n = 1): SemaphoreProxy {
    return this.#create("semaphore", [permitsOf(n)], SemaphoreProxy);
  }

  /** Makes a {@linkcode BoundedSemaphoreProxy} with so many permits, 0 to 2^29 - 1. */
  boundedSemaphore(n = 1): BoundedSemaphoreProxy {
    const permits = permitsOf(n);
    return this.#create("boundedSemaphore", [permits], BoundedSemaphoreProxy);
  }

  /**
   * Makes a {@linkcode ConditionProxy}.
   *
   * @param lock of the same manager. Default: one of its own
   */
  condition(lock?: LockProxy | RLockProxy): ConditionProxy {
    return this.#create("condition", [lock], ConditionProxy);
  }

  /** Makes an {@linkcode EventProxy}. */
  event(): EventProxy {
    return this.#create("event", [], EventProxy);
  }

  /** Makes a {@linkcode BarrierProxy} for so many parties, from 1 on. */
  barrier(parties: number, options: BarrierProxyOptions = {}): BarrierProxy {
    const args = barrierArgs(this.#client, parties, options);
    return this.#create("barrier", args, BarrierProxy);
  }

  /** Makes a {@linkcode PoolProxy} with so many processes. Default: one for each processor. */
  pool(processes?: number): PoolProxy {
    return this.#create("pool", [processesOf(processes)], PoolProxy);
  }

  /**
   * Makes a `SharedMemory` of so many bytes, which the manager removes when it ends.
   * Needs Linux and `--allow-ffi`.
   *
   * @throws {Error} if the manager is not of this program, or has no such memory
   */
  sharedMemory(size: number): Promise<SharedMemory> {
    return this.#ask("sharedMemory", [size]);
  }

  /**
   * Makes an object of a class of your own.
   *
   * @param args for the constructor
   * @throws {TypeError} if an argument cannot be sent, or it is a class of the runtime, as `Map`
   */
  create<C extends ManagedClass>(
    type: C,
    ...args: ConstructorParameters<C>
  ): Proxied<InstanceType<C>>;
  /** Makes an object by a function that gives one. */
  create<A extends unknown[], T extends object>(
    make: Target<A, T | Promise<T>>,
    ...args: A
  ): Proxied<T>;
  /**
   * Makes an object by the name under which its class or function is registered, here or
   * where the manager was made. Give its type: `create<typeof Counter>("Counter")`.
   */
  create<Maker extends ManagedMaker = ManagedClass>(
    name: string,
    ...args: ManagedArgs<Maker>
  ): Proxied<ManagedObject<Maker>>;
  create(
    type: ManagedMaker | Target<never[]> | string,
    ...args: unknown[]
  ): Proxied<object> {
    return createObject(this.#client, type, args);
  }

  /**
   * Lets others find an object by a name, above all those who connect to the manager.
   * It lives until {@linkcode unpublish} is called.
   *
   * @throws {TypeError} if the name is no string, or what it is to find is no proxy
   */
  publish(name: string, proxy: BaseProxy): Promise<void> {
    return this.#ask("publish", [name, proxy]);
  }

  /**
   * Lets nobody find the object of a name any more.
   *
   * @returns whether there was one
   * @throws {TypeError} if the name is no string
   */
  unpublish(name: string): Promise<boolean> {
    return this.#ask("unpublish", [name]);
  }

  /**
   * Finds the object that is published by a name. Give its type:
   * `lookup<DictProxy<string, number>>("ages")`.
   *
   * @throws {TypeError} if the name is no string
   * @throws {Error} if there is none
   */
  lookup<P extends Disposable = BaseProxy>(name: string): Promise<P> {
    return this.#ask("lookup", [name]);
  }

  /** How many objects the manager has, and how many processes and threads use it. */
  counts(): Promise<{ objects: number; clients: number }> {
    return this.#ask("counts", []);
  }

  /** Ends the manager, if it was made here; else only lets go of it. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#client instanceof RemoteClient) await this.#client.disconnect();
    if (this.#server === undefined) return;
    this.#client.stop();
    await this.#server.end();
  }

  #ask<T>(method: string, args: readonly unknown[]): Promise<T> {
    return this.#client.call(undefined, "Manager", method, args);
  }

  #create<T extends BaseProxy>(
    type: string,
    args: readonly unknown[],
    proxyClass: new () => T,
  ): T {
    return proxyFor(this.#client.create(type, args), proxyClass);
  }
}

function managerOf(access: Access): Manager {
  return makeWith(access, () => new Manager());
}
