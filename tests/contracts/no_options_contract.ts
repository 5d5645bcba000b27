// What is none of the options that something takes is refused at once, with advice: in programs
// whose types nobody checks it would else be taken for no options.

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Manager as AnyManager } from "../../manager/mod.ts";
import * as library from "../../mod.ts";

/** What to call, by what it looks like where it is called; and what it says. */
type Calls = Readonly<Record<string, readonly [() => unknown, string]>>;

// deno-lint-ignore no-explicit-any -- what the compiler refuses
type Anything = any;

const {
  Barrier,
  BoundedSemaphore,
  Condition,
  connect,
  Event,
  JoinableQueue,
  Listener,
  Lock,
  Manager,
  Pipe,
  Pool,
  Process,
  Queue,
  RLock,
  RWLock,
  Semaphore,
  SharedArray,
  ShareableList,
  SharedMemory,
  SharedValue,
  SimpleQueue,
  Thread,
  ThreadPool,
  ThreadQueue,
  wait,
  waitSync,
}: Anything = library;

const WAIT =
  "Cannot wait: the options are a number, not an object; pass { timeout: 50 }";
const ADDRESS = "\0nobody-listens-here";

const nothing = () => {};

/** How things are made. */
const MAKING: Calls = {
  "new Process(fn)": [
    () => new Process(nothing),
    "Cannot create process: the options are a function; pass { target: … }",
  ],
  "new Process('x')": [
    () => new Process("x"),
    "Cannot create process: the options are a string, not an object; pass { target: … }",
  ],
  "new Process([])": [
    () => new Process([]),
    "Cannot create process: the options are an array; pass { target: … }",
  ],
  "new Process(null)": [
    () => new Process(null),
    "Cannot create process: the options are null, not an object; pass { target: … }",
  ],
  "new Process(signal)": [
    () => new Process(AbortSignal.any([])),
    "Cannot create process: the options are an AbortSignal; pass { signal: … }",
  ],
  "new Process({ signal: 5 })": [
    () => new Process({ signal: 5 }),
    "Cannot create process: signal is a number, not an AbortSignal",
  ],
  "new Process({ env: 5 })": [
    () => new Process({ env: 5 }),
    "Cannot create process: env is a number, not an object",
  ],
  "new Process({ permissions: null })": [
    () => new Process({ permissions: null }),
    'Cannot create process: permissions is none of "inherit", "none" and an object',
  ],
  "new Thread(fn)": [
    () => new Thread(nothing),
    "Cannot create thread: the options are a function; pass { target: … }",
  ],
  "new Thread(null)": [
    () => new Thread(null),
    "Cannot create thread: the options are null, not an object; pass { target: … }",
  ],
  "new Thread({ signal: controller })": [
    () => new Thread({ signal: new AbortController() }),
    "Cannot create thread: signal is an object, not an AbortSignal",
  ],
  "new Queue(10)": [
    () => new Queue(10),
    "Cannot create queue: the options are a number, not an object; pass { maxSize: 10 }",
  ],
  "new Queue(null)": [
    () => new Queue(null),
    "Cannot create queue: the options are null, not an object; pass { maxSize: … }",
  ],
  "new Queue({ maxSize: '10' })": [
    () => new Queue({ maxSize: "10" }),
    "Cannot create queue: maxSize is a string, not a number",
  ],
  "new Queue({ maxSize: null })": [
    () => new Queue({ maxSize: null }),
    "Cannot create queue: maxSize is null, not a number",
  ],
  "new JoinableQueue(10)": [
    () => new JoinableQueue(10),
    "Cannot create queue: the options are a number, not an object; pass { maxSize: 10 }",
  ],
  "new ThreadQueue(10)": [
    () => new ThreadQueue(10),
    "Cannot create queue: the options are a number, not an object; pass { maxSize: 10 }",
  ],
  "new SimpleQueue(10)": [
    () => new SimpleQueue(10),
    "Cannot create simple queue: it takes no options; use Queue to limit its size",
  ],
  "new Pipe(false)": [
    () => new Pipe(false),
    "Cannot create pipe: the options are a boolean, not an object; pass { duplex: false }",
  ],
  "new Pipe({ duplex: 'no' })": [
    () => new Pipe({ duplex: "no" }),
    "Cannot create pipe: duplex is a string, not true or false",
  ],
  "new Listener('/path')": [
    () => new Listener("/path"),
    "Cannot listen: the options are a string, not an object; pass { address: … }",
  ],
  "new Listener({ hostname, port })": [
    () => new Listener({ hostname: "127.0.0.1", port: 0 }),
    "Cannot listen: the options are an address; pass { address: { hostname, port } }",
  ],
  "new Listener({ onRejected: 5 })": [
    () => new Listener({ onRejected: 5 }),
    "Cannot listen: onRejected is a number, not a function",
  ],
  "new Barrier(2, fn)": [
    () => new Barrier(2, nothing),
    "Cannot create barrier: the options are a function; pass { action: … }",
  ],
  "new Barrier(2, null)": [
    () => new Barrier(2, null),
    "Cannot create barrier: the options are null, not an object; pass { action: … }",
  ],
  "new Barrier(2, { action: 5 })": [
    () => new Barrier(2, { action: 5 }),
    "Cannot create barrier: action is a number, not a function",
  ],
  "new SharedValue('i32', 1, true)": [
    () => new SharedValue("i32", 1, true),
    "Cannot create shared value: the options are a boolean, not an object; pass { lock: true }",
  ],
  "new SharedValue('i32', 1, lock)": [
    () => new SharedValue("i32", 1, new RLock()),
    "Cannot create shared value: the options are a lock; pass { lock: … }",
  ],
  "new SharedArray('i32', 1, false)": [
    () => new SharedArray("i32", 1, false),
    "Cannot create shared array: the options are a boolean, not an object; pass { lock: false }",
  ],
  "new SharedArray('i32', 1, null)": [
    () => new SharedArray("i32", 1, null),
    "Cannot create shared array: the options are null, not an object; pass { lock: … }",
  ],
  "SharedMemory.create(10, 'x')": [
    () => SharedMemory.create(10, "x"),
    "Cannot create shared memory: the options are a string, not an object; pass { name: … }",
  ],
  "new ShareableList([1], 'x')": [
    () => new ShareableList([1], "x"),
    "Cannot create shareable list: the options are a string, not an object; pass { name: … }",
  ],
  "new Pool(2, fn)": [
    () => new Pool(2, nothing),
    "Cannot create pool: the options are a function; pass { initializer: … }",
  ],
  "new Pool(2, null)": [
    () => new Pool(2, null),
    "Cannot create pool: the options are null, not an object; pass { initializer: … }",
  ],
  "new Pool({ retries: 1 })": [
    () => new Pool({ retries: 1 }),
    "Cannot create pool: processes is an object, not a number; options come second",
  ],
  "new Pool(2, { memoryLimit: null })": [
    () => new Pool(2, { memoryLimit: null }),
    "Cannot create pool: memoryLimit is null, not a number",
  ],
  "new Pool(2, { env: 5 })": [
    () => new Pool(2, { env: 5 }),
    "Cannot create pool: env is a number, not an object",
  ],
  "new Pool(2, { env: { A: 5 } })": [
    () => new Pool(2, { env: { A: 5 } }),
    "Cannot create pool: env.A is a number, not a string",
  ],
  "new Pool(2, { cwd: 5 })": [
    () => new Pool(2, { cwd: 5 }),
    "Cannot create pool: cwd is a number, not a string or a URL",
  ],
  "new Pool(2, { permissions: 'all' })": [
    () => new Pool(2, { permissions: "all" }),
    'Cannot create pool: permissions is none of "inherit", "none" and an object',
  ],
  "new Pool(2, { name: 5 })": [
    () => new Pool(2, { name: 5 }),
    "Cannot create pool: name is a number, not a string",
  ],
  "new ThreadPool(2, fn)": [
    () => new ThreadPool(2, nothing),
    "Cannot create pool: the options are a function; pass { initializer: … }",
  ],
  "new ThreadPool({})": [
    () => new ThreadPool({}),
    "Cannot create pool: threads is an object, not a number; options come second",
  ],
  "new Manager('/path')": [
    () => new Manager("/path"),
    "Cannot create manager: the options are a string, not an object; pass { address: … }",
  ],
  "new Manager({ hostname, port })": [
    () => new Manager({ hostname: "127.0.0.1", port: 0 }),
    "Cannot create manager: the options are an address; pass { address: { hostname, port } }",
  ],
  "new Manager({ name: 5 })": [
    () => new Manager({ name: 5 }),
    "Cannot create manager: name is a number, not a string",
  ],
  "new Manager({ tls: true })": [
    () => new Manager({ tls: true }),
    "Cannot create manager: tls is a boolean, not an object",
  ],
  "new Manager({ tls: { cert } })": [
    () => new Manager({ tls: { cert: "" } }),
    "Cannot create manager: tls.key is undefined, not a string",
  ],
  "new Manager({ tls })": [
    () => new Manager({ tls: { cert: "", key: "" } }),
    "Cannot create manager: it has tls, but no address where others connect",
  ],
  "new Manager({ address: '/path', tls })": [
    () => new Manager({ address: ADDRESS, tls: { cert: "", key: "" } }),
    "Cannot create manager: it has tls, but the address is the path of a Unix socket, where nothing is encrypted",
  ],
  "new Manager({ authKey: 5 })": [
    () => new Manager({ authKey: 5 }),
    "Cannot create manager: authKey is neither a string nor a Uint8Array",
  ],
};

/** How connections to others are made. */
const CONNECTING: Calls = {
  "connect(address, 'key')": [
    () => connect(ADDRESS, "key"),
    "Cannot connect: the options are a string, not an object; pass { authKey: … }",
  ],
  "connect(address, bytes)": [
    () => connect(ADDRESS, new Uint8Array(32)),
    "Cannot connect: the options are a typed array; pass { authKey: … }",
  ],
  "connect(address, 50)": [
    () => connect(ADDRESS, 50),
    "Cannot connect: the options are a number, not an object; pass { timeout: 50 }",
  ],
  "connect(address, { timeout: '5' })": [
    () => connect(ADDRESS, { timeout: "5" }),
    "Cannot wait: timeout is a string, not a number",
  ],
  "connect(address, { signal: 5 })": [
    () => connect(ADDRESS, { signal: 5 }),
    "Cannot wait: signal is a number, not an AbortSignal",
  ],
  "Manager.connect(address, 'key')": [
    () => Manager.connect(ADDRESS, "key"),
    "Cannot connect: the options are a string, not an object; pass { authKey: … }",
  ],
  "Manager.connect(address, null)": [
    () => Manager.connect(ADDRESS, null),
    "Cannot connect: the options are null, not an object; pass { authKey: … }",
  ],
  "Manager.connect(address, { tls: true })": [
    () => Manager.connect(ADDRESS, { tls: true }),
    "Cannot connect: tls is a boolean, not an object",
  ],
  "Manager.connect(address, { tls: { caCerts: '…' } })": [
    () => Manager.connect(ADDRESS, { tls: { caCerts: "…" } }),
    "Cannot connect: tls.caCerts is a string, not an array",
  ],
  "Manager.connect(address, { tls: { caCerts: [5] } })": [
    () => Manager.connect(ADDRESS, { tls: { caCerts: [5] } }),
    "Cannot connect: tls.caCerts[0] is a number, not a string",
  ],
  "Manager.connect('/path', { tls: {} })": [
    () => Manager.connect(ADDRESS, { tls: {} }),
    "Cannot connect: it has tls, but the address is the path of a Unix socket, where nothing is encrypted",
  ],
};

/** An object, and how methods of it are called. */
type Uses = readonly [object: object, calls: Record<string, unknown[]>];

/** What waits, each where it would not have to; and its form that blocks. */
const makeWaiting = (): Uses[] => [
  [queueOf(new Queue()), { put: [2, 50], get: [50] }],
  [queueOf(new SimpleQueue()), { get: [50] }],
  [queueOf(new JoinableQueue()), { put: [2, 50], get: [50], join: [50] }],
  [queueOf(new ThreadQueue()), { put: [2, 50], get: [50] }],
  [new Lock(), { acquire: [50] }],
  [new RLock(), { acquire: [50] }],
  [new Semaphore(), { acquire: [50] }],
  [new BoundedSemaphore(), { acquire: [50] }],
  [new RWLock(), { read: [50], write: [50] }],
  [new Condition(), { acquire: [50], waitFor: [() => true, 50], wait: [50] }],
  [new Event(), { wait: [50] }],
  [new Barrier(1), { wait: [50] }],
  [connected(), { send: [2, 50], recv: [50] }],
];

/** The same, of what has no form that blocks. */
const makeAwaiting = (): Uses[] => [
  [connected(), {
    sendBytes: [new Uint8Array(1), 0, 1, 50],
    recvBytes: [8, 50],
    recvBytesInto: [new Uint8Array(8), 0, 50],
    poll: [50],
  }],
  [new Process(), { join: [50] }],
  [new Thread(), { join: [50] }],
];

function queueOf(queue: Anything): object {
  queue.putSync(1);
  return queue;
}

function connected(): object {
  const [here, there] = new Pipe();
  there.sendSync(1);
  // The end of one that is collected is the end of the stream.
  here.other = there;
  return here;
}

/** What those that wait refuse in place of options, and among them. */
const WAIT_OPTIONS: readonly [wait: unknown, problem: string][] = [
  [0, "the options are a number, not an object; pass { timeout: 0 }"],
  [false, "the options are a boolean, not an object; pass { timeout: … }"],
  ["5", "the options are a string, not an object; pass { timeout: … }"],
  [null, "the options are null, not an object; pass { timeout: … }"],
  [[], "the options are an array; pass { timeout: … }"],
  [nothing, "the options are a function; pass { timeout: … }"],
  [AbortSignal.any([]), "the options are an AbortSignal; pass { signal: … }"],
  [{ timeout: "5" }, "timeout is a string, not a number"],
  [{ signal: 5 }, "signal is a number, not an AbortSignal"],
  [{ signal: null }, "signal is null, not an AbortSignal"],
  [{ signal: {}, timeout: 5 }, "signal is an object, not an AbortSignal"],
];

/** How a pool that has not begun to work is used. */
function usingPool(pool: Anything): { throwing: Calls; rejecting: Calls } {
  const options = (doing: string, pass: string) =>
    `Cannot ${doing}: the options are a number, not an object; pass { ${pass} }`;
  const rejecting: Record<string, readonly [() => unknown, string]> = {
    "pool.apply(fn, [], 5)": [
      () => pool.apply(nothing, [], 5),
      options("apply", "timeout: 5"),
    ],
    "pool.apply(fn, [], null)": [
      () => pool.apply(nothing, [], null),
      "Cannot apply: the options are null, not an object; pass { timeout: … }",
    ],
    "pool.apply(fn, [], signal)": [
      () => pool.apply(nothing, [], AbortSignal.any([])),
      "Cannot apply: the options are an AbortSignal; pass { signal: … }",
    ],
    "pool.apply(fn, [], { signal: 5 })": [
      () => pool.apply(nothing, [], { signal: 5 }),
      "Cannot apply: signal is a number, not an AbortSignal",
    ],
    "pool.apply(fn, [], { timeout: '5' })": [
      () => pool.apply(nothing, [], { timeout: "5" }),
      "Cannot apply: timeout is a string, not a number",
    ],
    "pool.apply(fn, [], { callback: 5 })": [
      () => pool.apply(nothing, [], { callback: 5 }),
      "Cannot apply: callback is a number, not a function",
    ],
    "pool.apply(fn, [], { errorCallback: 5 })": [
      () => pool.apply(nothing, [], { errorCallback: 5 }),
      "Cannot apply: errorCallback is a number, not a function",
    ],
    "pool.map(fn, items, fn)": [
      () => pool.map(nothing, [1], nothing),
      "Cannot map: the options are a function; pass { callback: … }",
    ],
    "pool.map(fn, [], { chunkSize: '5' })": [
      () => pool.map(nothing, [], { chunkSize: "5" }),
      "Cannot map: chunkSize is a string, not a number",
    ],
    "pool.map(fn, [], { progress: 5 })": [
      () => pool.map(nothing, [], { progress: 5 }),
      "Cannot map: progress is a number, not true or false",
    ],
    "pool.map(fn, [], { errorCallback: 5 })": [
      () => pool.map(nothing, [], { errorCallback: 5 }),
      "Cannot map: errorCallback is a number, not a function",
    ],
    "pool.join(50)": [() => pool.join(50), WAIT],
    "result.get(50)": [() => pool.mapAsync(nothing, []).get(50), WAIT],
    "result.wait(50)": [() => pool.mapAsync(nothing, []).wait(50), WAIT],
  };
  const throwing: Record<string, readonly [() => unknown, string]> = {
    "pool.applyAsync(fn, [], 5)": [
      () => pool.applyAsync(nothing, [], 5),
      options("apply", "timeout: 5"),
    ],
    "pool.mapAsync(fn, items, null)": [
      () => pool.mapAsync(nothing, [1], null),
      "Cannot map: the options are null, not an object; pass { chunkSize: … }",
    ],
    "pool.applyAsync(fn, [], fn)": [
      () => pool.applyAsync(nothing, [], nothing),
      "Cannot apply: the options are a function; pass { callback: … }",
    ],
  };
  for (const form of ["map", "starmap"]) {
    const refusal = options(form, "chunkSize: 5");
    const name = `${form}Async`;
    rejecting[`pool.${form}(fn, [], 5)`] = [
      () => pool[form](nothing, [], 5),
      refusal,
    ];
    throwing[`pool.${name}(fn, [], 5)`] = [
      () => pool[name](nothing, [], 5),
      refusal,
    ];
  }
  for (const form of ["imap", "imapUnordered"]) {
    throwing[`pool.${form}(fn, [], 5)`] = [
      () => pool[form](nothing, [], 5),
      options(form, "chunkSize: 5"),
    ];
    throwing[`pool.${form}(fn, [], null)`] = [
      () => pool[form](nothing, [], null),
      `Cannot ${form}: the options are null, not an object; pass { chunkSize: … }`,
    ];
    throwing[`pool.${form}(fn, [], { progress: 5 })`] = [
      () => pool[form](nothing, [], { progress: 5 }),
      `Cannot ${form}: progress is a number, not true or false`,
    ];
    throwing[`pool.${form}(fn, [], { signal: 5 })`] = [
      () => pool[form](nothing, [], { signal: 5 }),
      `Cannot ${form}: signal is a number, not an AbortSignal`,
    ];
  }
  return { throwing, rejecting };
}

function assertAllThrow(calls: Calls): void {
  for (const [name, [call, message]] of Object.entries(calls)) {
    const error = assertThrows(call, TypeError, undefined, name);
    assertEquals([name, (error as Error).message], [name, message]);
  }
}

async function assertAllReject(calls: Calls): Promise<void> {
  for (const [name, [call, message]] of Object.entries(calls)) {
    // Not by throwing, as who only catches what the promise says would not see it.
    const promise = call();
    assert(promise instanceof Promise, name);
    const error = await assertRejects(
      () => promise,
      TypeError,
      undefined,
      name,
    );
    assertEquals([name, (error as Error).message], [name, message]);
  }
}

/** How all these methods of an object are called; `suffix` is that of their form. */
function callsOf([object, methods]: Uses, suffix = "") {
  const calls: Record<string, readonly [() => unknown, string]> = {};
  for (const [method, args] of Object.entries(methods)) {
    const name = `${method}${suffix}`;
    const call = () => (object as Anything)[name](...args);
    calls[`${object.constructor.name}.${name}(… 50)`] = [call, WAIT];
  }
  return calls;
}

/** What everything that takes options says of what is none, but proxies. */
export function testNoOptions(): void {
  Deno.test("Constructors refuse what is no options", () => {
    assertAllThrow(MAKING);
  });

  Deno.test("connect() and Manager.connect() refuse what is no options", async () => {
    await assertAllReject(CONNECTING);
  });

  Deno.test("What waits refuses what is no options", async () => {
    const waiting = makeWaiting();
    for (const each of waiting) {
      await assertAllReject(callsOf(each));
      assertAllThrow(callsOf(each, "Sync"));
    }
    for (const each of makeAwaiting()) await assertAllReject(callsOf(each));
    using queue = new Queue();
    queue.putSync(1);
    using listener = new Listener({ authKey: "key" });
    await assertAllReject({
      "wait([queue], 50)": [() => wait([queue], 50), WAIT],
      "wait(queue)": [
        () => wait(queue),
        "Cannot wait: objects is an object, not an iterable",
      ],
      "wait()": [
        () => wait(),
        "Cannot wait: objects is undefined, not an iterable",
      ],
      "listener.accept(50)": [() => listener.accept(50), WAIT],
    });
    assertAllThrow({
      "waitSync([queue], 50)": [() => waitSync([queue], 50), WAIT],
    });
    const [connection] = makeAwaiting()[0] as Anything;
    const bytes = new Uint8Array(8);
    await assertAllReject({
      "connection.sendBytes(bytes, { timeout: 50 })": [
        () => connection.sendBytes(bytes, { timeout: 50 }),
        "Cannot send bytes: offset is an object, not a number",
      ],
      "connection.recvBytes({ timeout: 50 })": [
        () => connection.recvBytes({ timeout: 50 }),
        "Cannot receive bytes: maxLength is an object, not a number",
      ],
      "connection.recvBytesInto(bytes, { timeout: 50 })": [
        () => connection.recvBytesInto(bytes, { timeout: 50 }),
        "Cannot receive bytes: offset is an object, not a number",
      ],
    });
    for (const [wrong, problem] of WAIT_OPTIONS) {
      const call = () => queue.get(wrong);
      await assertAllReject({ "get()": [call, `Cannot wait: ${problem}`] });
    }
    // Nothing has come of any of them.
    assertEquals(queue.size, 1);
    assertEquals(waiting.map(([object]) => stateOf(object)), [
      { size: 1 },
      { empty: false },
      { size: 1 },
      { size: 1 },
      { locked: false },
      { locked: false },
      { value: 1 },
      { value: 1 },
      {},
      { locked: false },
      {},
      { waiting: 0 },
      {},
    ]);
  });

  Deno.test("What waits takes options of all kinds", async () => {
    using queue = new Queue();
    const { signal } = new AbortController();
    const all = [undefined, {}, { timeout: 0 }, { timeout: undefined, signal }];
    for (const options of [...all, Object.create(null)]) {
      await queue.put(1, options);
      assertEquals(await queue.get(options), 1);
      queue.putSync(2, options);
      assertEquals(queue.getSync(options), 2);
    }
  });

  Deno.test("Pools refuse what is no options", async () => {
    // Without workers, as none of it comes so far.
    const fewest = { minProcesses: 0 };
    for (const pool of [new Pool(1, fewest), new ThreadPool(1, fewest)]) {
      const { throwing, rejecting } = usingPool(pool);
      assertAllThrow(throwing);
      await assertAllReject(rejecting);
      const { queued, running, done, workers } = pool.stats();
      assertEquals([queued, running, done, workers.length], [0, 0, 0, 0]);
      pool.close();
      await pool.join();
    }
  });
}

/** What would be another if a refused call had done something. */
function stateOf(object: Anything): Record<string, unknown> {
  if (object instanceof SimpleQueue) return { empty: object.isEmpty() };
  if (object instanceof Queue) return { size: object.size };
  if (object instanceof Semaphore) return { value: object.value };
  if (object instanceof Barrier) return { waiting: object.waiting };
  if (object instanceof Condition) return { locked: object.lock.locked };
  const { locked } = object;
  return locked === undefined ? {} : { locked };
}

/** The same of a manager and of its proxies. */
export function testManagedNoOptions(
  name: string,
  open: () => Promise<AnyManager> | AnyManager,
): void {
  Deno.test(`${name} refuses what is no options`, async () => {
    const manager: Anything = await open();
    const { objects } = await manager.counts();
    assertAllThrow({
      "manager.queue(10)": [
        () => manager.queue(10),
        "Cannot create queue: the options are a number, not an object; pass { maxSize: 10 }",
      ],
      "manager.queue({ maxSize: '10' })": [
        () => manager.queue({ maxSize: "10" }),
        "Cannot create queue: maxSize is a string, not a number",
      ],
      "manager.joinableQueue(null)": [
        () => manager.joinableQueue(null),
        "Cannot create queue: the options are null, not an object; pass { maxSize: … }",
      ],
      "manager.value('i32', 5)": [
        () => manager.value("i32", 5),
        "Cannot create value: it takes one argument; pass the value alone, as it has no type",
      ],
      "manager.barrier(2, fn)": [
        () => manager.barrier(2, nothing),
        "Cannot create barrier: the options are a function; pass { action: … }",
      ],
      "manager.barrier(2, { action: 0 })": [
        () => manager.barrier(2, { action: 0 }),
        "Cannot create barrier: action is a number, not a function",
      ],
    });
    // Those that tests before have left go away at any time.
    assert((await manager.counts()).objects <= objects);
    using lock = manager.lock();
    using rLock = manager.rLock();
    using semaphore = manager.semaphore();
    using bounded = manager.boundedSemaphore();
    using condition = manager.condition();
    using event = manager.event();
    using barrier = manager.barrier(1);
    using queue = manager.queue();
    using joinable = manager.joinableQueue();
    await queue.put(1);
    await joinable.put(1);
    const waiting: Uses[] = [
      [lock, { acquire: [50] }],
      [rLock, { acquire: [50] }],
      [semaphore, { acquire: [50] }],
      [bounded, { acquire: [50] }],
      [condition, { acquire: [50], wait: [50], waitFor: [() => true, 50] }],
      [event, { wait: [50] }],
      [barrier, { wait: [50] }],
      [queue, { put: [2, 50], get: [50] }],
      [joinable, { put: [2, 50], get: [50], join: [50] }],
    ];
    for (const each of waiting) await assertAllReject(callsOf(each));
    assertEquals([await queue.size, await joinable.size], [1, 1]);
    assertEquals([await lock.locked, await semaphore.value], [false, 1]);
  });

  Deno.test(`${name} has pools that refuse what is no options`, async () => {
    const manager: Anything = await open();
    using pool = manager.pool(1);
    const many =
      "the options are a number, not an object; pass { chunkSize: 5 }";
    await assertAllReject({
      "pool.apply(fn, [], 5)": [
        () => pool.apply(nothing, [], 5),
        "Cannot apply: the options are a number, not an object; pass { timeout: 5 }",
      ],
      "pool.apply(fn, [], { timeout: '5' })": [
        () => pool.apply(nothing, [], { timeout: "5" }),
        "Cannot apply: timeout is a string, not a number",
      ],
      "pool.map(fn, [], 5)": [
        () => pool.map(nothing, [], 5),
        `Cannot map: ${many}`,
      ],
      "pool.starmap(fn, [], 5)": [
        () => pool.starmap(nothing, [], 5),
        `Cannot starmap: ${many}`,
      ],
      "pool.join(5)": [
        () => pool.join(5),
        "Cannot join pool: it takes no options; terminate() ends its tasks at once",
      ],
    });
    await pool.terminate();
  });
}
