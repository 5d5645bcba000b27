// Managers between processes and threads, and what becomes of whom when somebody ends.

import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertThrows,
} from "@std/assert";
import {
  BaseProxy,
  DictProxy,
  type EventProxy,
  type ListProxy,
  Manager,
  type Proxied,
  ProxyGuard,
} from "../../manager/mod.ts";
import { Pipe } from "../../pipe/mod.ts";
import { backend, fromModule, Process, Thread } from "../../process/mod.ts";
import { Queue } from "../../queue/mod.ts";
import { BrokenBarrierError, Event, Lock } from "../../sync/mod.ts";
import { assertSoon } from "../contracts/soon.ts";
import type {
  askAndEnd,
  Endable,
  Holdable,
  holdAndDie,
  holdAndForget,
  Holder,
  increment,
  makeIn,
  makeLate,
  notifyAndDie,
  pass,
  passAndDie,
  passGate,
  sayName,
  setIn,
  takeTwo,
  waitForAll,
  waitForNothing,
  waitToBeNotified,
} from "../fixtures/manager/clients.ts";
import type { Late } from "../fixtures/manager/slow_module.ts";
import { registerTally, Tally } from "../fixtures/manager/tally.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { runProgram } from "../run_program.ts";
import { TOLD_MS } from "../told.ts";
import { until } from "../until.ts";

leaveNothing({ threads: true });

const LONG = { timeout: 20_000 };
const CLIENTS = new URL("../fixtures/manager/clients.ts", import.meta.url);

Deno.test("Manager loses no increment of ten processes", async () => {
  await using manager = new Manager();
  const dict = manager.dict<string, number>();
  const children = Array.from({ length: 10 }, () =>
    new Process({
      target: fromModule<typeof increment>(CLIENTS, "increment"),
      args: [dict, 1_000],
    }));
  for (const child of children) child.start();
  for (const child of children) assertEquals(await child.join(), 0);
  assertEquals(await dict.get("n"), 10_000);
});

Deno.test("Manager is used by whoever is handed a proxy of it", async () => {
  await using manager = new Manager();
  const dict = manager.dict<string, unknown>();
  for (const where of ["process", "thread", "grandchild"] as const) {
    await dict.clear();
    const Kind = where === "thread" ? Thread : Process;
    const child = new Kind({
      target: fromModule<typeof setIn>(CLIENTS, "setIn"),
      args: [where, dict],
    });
    child.start();
    assertEquals(await child.join(), 0);
    const keys = where === "grandchild" ? ["process", "thread"] : [where];
    assertEquals(await dict.keys(), keys);
    for (const key of keys) assert(await dict.get(key) === dict);
  }
});

Deno.test("Manager has an object called the same by whoever has its proxy", async () => {
  await using manager = new Manager();
  const crowd = manager.create(Crowd);
  const said = new Queue<string>();
  for (const Kind of [Process, Thread]) {
    const child = new Kind({
      target: fromModule<typeof sayName>(CLIENTS, "sayName"),
      args: [crowd as never, said],
    });
    child.start();
    assertEquals(await child.join(), 0);
    assertEquals(await said.get(LONG), `[Crowd of ${manager.name}]`);
    const message = await said.get(LONG);
    assert(message.startsWith('Cannot call "nothing" of Crowd: '), message);
  }
});

Deno.test("Manager can be handed to others, who end it not", async () => {
  await using manager = new Manager();
  const queue = new Queue<{ list: ListProxy<string> }>();
  const child = new Process({
    target: fromModule<typeof makeIn>(CLIENTS, "makeIn"),
    args: [manager, queue],
  });
  child.start();
  const { list } = await queue.get(LONG);
  assertEquals(await child.join(), 0);
  assertEquals(await list.toArray(), ["made by a child"]);
});

Deno.test("Manager keeps what can be sent, of its own kind and of others", async () => {
  await using manager = new Manager();
  await using other = new Manager({ name: "other" });
  const lock = new Lock();
  const [here, there] = new Pipe<unknown>();
  const list = manager.list<unknown>([lock, there, other.dict([["a", 1]])]);
  const [sameLock, end, dict] = await list.toArray() as [
    Lock,
    typeof there,
    DictProxy<string, number>,
  ];
  assert(sameLock === lock);
  await end.send(manager.value("through a pipe"));
  const value = await here.recv() as ReturnType<typeof manager.value>;
  assertEquals(await value.value, "through a pipe");
  assertEquals(await dict.get("a"), 1);
});

Deno.test("Manager combines no set with one of another manager", async () => {
  await using manager = new Manager();
  await using other = new Manager();
  const [set, theirs] = [manager.set([1]), other.set([2])];
  for (const combine of [() => set.union(theirs), () => set.update(theirs)]) {
    await assertRejects(
      combine as () => Promise<unknown>,
      TypeError,
      "Cannot combine sets: the other is none of the same manager",
    );
  }
  assertEquals(await set.union(await theirs.toSet()), new Set([1, 2]));
});

Deno.test("Manager does what a client asked for before it ended", async () => {
  await using manager = new Manager();
  const busy = manager.create(Busy);
  const [asked, ready] = [new Queue<ListProxy<string>>(), new Event()];
  const [begun, ended] = [new Event(), new Event()];
  const child = new Process({
    target: fromModule<typeof makeLate>(CLIENTS, "makeLate"),
    args: [manager, ready, begun, asked],
  });
  child.start();
  await ready.wait(LONG);
  const blocked = busy.block(begun, ended);
  // It looks for who has ended while it has these to do.
  const more = Array.from({ length: 100 }, () => busy.pass());
  const list = await asked.get(LONG);
  assertEquals(await child.join(), 0);
  ended.set();
  assertEquals(await list.toArray(), ["made by a child"]);
  await Promise.all([blocked, ...more]);
});

Deno.test("Manager lets go of objects that nobody refers to", async () => {
  await using manager = new Manager();
  const kept = manager.dict<string, unknown>();
  await kept.size;
  const { objects } = await manager.counts();
  for (let n = 0; n < 100; n++) {
    using list = manager.list([n]);
    list.push(n);
    if (n === 0) await kept.set("inner", list);
  }
  await until(
    async () => (await manager.counts()).objects === objects + 1,
    "only what is referred to is left",
  );
  const inner = await kept.get("inner") as ListProxy<number>;
  assertEquals(await inner.toArray(), [0, 0]);
});

Deno.test("Manager ends no object while a call of it is under way", async () => {
  await using manager = new Manager();
  const gate = manager.event();
  const calls = [
    () => {
      using worker = manager.create(Worker);
      return worker.work(gate);
    },
    () => {
      using pool = manager.pool(1);
      const target = fromModule<typeof passGate>(CLIENTS, "passGate");
      return pool.apply(target, [gate]);
    },
  ];
  const done: string[] = [];
  for (const call of calls) {
    await gate.clear();
    const result = call();
    await until(
      async () => (await manager.counts()).objects === 1,
      "only the gate is left",
    );
    await gate.set();
    done.push(await result);
  }
  assertEquals(done, ["by a worker", "by a pool"]);
});

Deno.test("Manager makes a pool also while it imports the module of a class", async () => {
  const module = new URL("../fixtures/manager/slow_module.ts", import.meta.url);
  Manager.register("Late", fromModule(module, "Late"));
  await using manager = new Manager();
  const late = manager.create<typeof Late>("Late");
  const pool = manager.pool(1);
  assertEquals(await pool.apply((n: number) => n + 1, [1]), 2);
  assertEquals(await late.greet(), "at last");
});

Deno.test("Manager.register() loads no module that is named", async () => {
  const id = crypto.randomUUID();
  const url = new URL(
    `../fixtures/pool/counts_loads.ts?${id}`,
    import.meta.url,
  );
  Manager.register("apart", fromModule(url, "failApart"));
  await using manager = new Manager();
  type Failing = new (code: number) => { count(): number };
  const apart = manager.create<Failing>("apart", 1);
  const error = await assertRejects(() => apart.count(), Error);
  assertEquals(String(error), "ApartError: failed apart");
  assertEquals(Reflect.get(globalThis, id), undefined);
  const { ApartError } = await import(url.href);
  assertInstanceOf(error, ApartError);
});

Deno.test("Manager.create() finds a class where it was registered, by whatever name", async () => {
  registerTally();
  await using manager = new Manager();
  const tally = manager.create(Tally);
  assertEquals(await tally.add(), 1);
  assertEquals(`${tally}`, `[Tally of ${manager.name}]`);
});

Deno.test("Manager disposes of each object once, however many refer to it", async () => {
  const ended = new Queue<string>();
  Manager.register("endable", fromModule(CLIENTS, "endable"));
  {
    await using manager = new Manager();
    const create = () => manager.create<typeof Endable>("endable", ended);
    const all = [create(), create()];
    assertEquals(await all[0].count(), 1);
    assertEquals(await all[1].count(), 2);
    all.push(await all[0].itself());
    assert(!all.slice(0, 2).includes(all[2]));
    all[0][Symbol.dispose]();
    await until(
      async () => (await manager.counts()).objects === 2,
      "one is let go of",
    );
    assertEquals([await all[2].count(), ended.size], [3, 0]);
  }
  assertEquals([ended.size, ended.tryGet()], [1, { ok: true, value: "ended" }]);
});

Deno.test("Manager leaves an object that a method returns to what has it", async () => {
  const ended = new Queue<string>();
  for (const name of ["Holder", "Endable", "endable"]) {
    Manager.register(name, fromModule(CLIENTS, name));
  }
  await using manager = new Manager();
  const holder = manager.create<typeof Holder>("Holder", ended);
  assertEquals(await holder.count(), 1);
  const { objects } = await manager.counts();
  const isLetGo = () =>
    until(
      async () => (await manager.counts()).objects === objects,
      "objects are gone",
    );
  {
    using inner = await holder.inner() as unknown as Proxied<Endable>;
    assertEquals(await inner.count(), 2);
  }
  await isLetGo();
  assertEquals([await holder.count(), ended.size], [3, 0]);
  // It is made, too, after it was returned.
  {
    using returned = await holder.shared() as unknown as Proxied<Endable>;
    using made = manager.create<typeof Endable>("endable", ended);
    assertEquals([await returned.count(), await made.count()], [1, 2]);
  }
  await isLetGo();
  assertEquals([ended.size, ended.tryGet()], [1, { ok: true, value: "ended" }]);
});

Deno.test("Manager that is killed is missed, by name", async () => {
  await using manager = new Manager({ name: "the board" });
  const lock = manager.lock();
  const dict = manager.dict();
  await lock.acquire();
  const said = new Queue<string>();
  const child = new Process({
    target: fromModule<typeof waitForNothing>(CLIENTS, "waitForNothing"),
    args: [lock, said],
  });
  child.start();
  assertEquals(await said.get(LONG), "waiting");
  const pending = assertRejects(() => lock.acquire(), Error);
  const { pid } = manager;
  const start = performance.now();
  Deno.kill(pid!, "SIGKILL");
  const over = `the manager the board (pid ${pid}) has ended`;
  const message = `Cannot call acquire() of LockProxy: ${over}`;
  assertEquals((await pending).message, message);
  assertEquals(await said.get(LONG), message);
  assert(performance.now() - start < TOLD_MS);
  const late = await assertRejects(() => dict.get(1), Error);
  assertEquals(late.message, `Cannot call get() of DictProxy: ${over}`);
  assertThrows(() => manager.dict(), Error, `Cannot create dict: ${over}`);
  await child.join();
});

Deno.test("Manager that is disposed of ends, with all that waits for it", async () => {
  let pid = 0;
  let waiting: Promise<Error>;
  {
    await using manager = new Manager();
    await manager.event().isSet();
    pid = manager.pid!;
    waiting = assertRejects(() => manager.event().wait(), Error);
  }
  assertEquals(
    (await waiting).message,
    `Cannot call wait() of EventProxy: the manager ${
      /Manager-\d+/.exec((await waiting).message)
    } (pid ${pid}) has ended`,
  );
});

Deno.test("Manager hands on what a client held that is killed", async () => {
  await using manager = new Manager();
  const lock = manager.lock();
  const semaphore = manager.semaphore(1);
  const queue = manager.joinableQueue<number>();
  await queue.put(1);
  const child = new Process({
    target: fromModule<typeof holdAndDie>(CLIENTS, "holdAndDie"),
    args: [lock, semaphore, queue],
  });
  child.start();
  await child.join();
  const start = performance.now();
  const guards = [await lock.acquire(), await semaphore.acquire()];
  await queue.join();
  assert(performance.now() - start < TOLD_MS);
  assertEquals(guards.map(({ abandoned }) => abandoned), [true, true]);
  for (const guard of guards) await guard.release();
  // What it waited for has not been given to it.
  assertEquals(await lock.locked, false);
  assertEquals((await manager.counts()).clients, 1);
});

for (const Kind of [Process, Thread]) {
  Deno.test(`Manager leaves a ${Kind.name} what it holds though all its proxies are collected`, async () => {
    await using manager = new Manager();
    const holdable: Holdable = {
      lock: manager.lock(),
      semaphore: manager.semaphore(1),
      queue: manager.joinableQueue<number>(),
      barrier: manager.barrier(2),
      dict: manager.dict<string, number>(),
    };
    const { lock, semaphore, queue, barrier, dict } = holdable;
    await queue.put(1);
    const [handed, used] = [new Queue<Holdable>(), new Event()];
    for (let times = 0; times < 2; times++) await handed.put(holdable);
    const child = new Kind({
      target: fromModule<typeof holdAndForget>(CLIENTS, "holdAndForget"),
      args: [handed, used],
    });
    child.start();
    await barrier.wait(LONG);
    await used.wait(LONG);
    assertEquals(await dict.get("n"), 6);
    assertEquals(
      [await lock.locked, await semaphore.value, await barrier.broken],
      [true, 0, false],
    );
    let isJoined = false;
    const joined = queue.join().then(() => isJoined = true);
    assertEquals((await manager.counts()).clients, 2);
    assertEquals(isJoined, false);
    child.terminate();
    await child.join();
    const guards = [await lock.acquire(LONG), await semaphore.acquire(LONG)];
    assertEquals(guards.map(({ abandoned }) => abandoned), [true, true]);
    await assertRejects(() => barrier.wait(LONG), BrokenBarrierError);
    await joined;
  });
}

Deno.test("Manager hands nothing to who was killed while it waited", async () => {
  await using manager = new Manager();
  const busy = manager.create(Busy);
  const [lock, semaphore] = [manager.lock(), manager.semaphore(0)];
  const condition = manager.condition(manager.lock());
  const queue = manager.joinableQueue<number>();
  const full = manager.queue<number>({ maxSize: 1 });
  const barrier = manager.barrier(2);
  const held = await lock.acquire();
  await full.put(1);
  const [waiting, begun, ended] = [new Event(), new Event(), new Event()];
  const child = new Process({
    target: fromModule<typeof waitForAll>(CLIENTS, "waitForAll"),
    args: [lock, semaphore, condition, queue, full, barrier, waiting],
  });
  child.start();
  await waiting.wait(LONG);
  await condition.acquire();
  const notified = condition.wait(LONG);
  // It learns of the death only when it has all this to do.
  const blocked = busy.block(begun, ended);
  await begun.wait(LONG);
  child.kill();
  await child.join();
  const asked = Promise.all([
    queue.put(7).then(() => queue.get(LONG)),
    full.get().then(() => full.isEmpty()),
    held.release().then(() => lock.acquire(LONG)),
    semaphore.release().then(() => semaphore.acquire(LONG)),
    assertRejects(() => barrier.wait(LONG), BrokenBarrierError),
    condition.acquire().then(async () => {
      await condition.notify();
      await condition.release();
      return await notified;
    }),
  ]);
  ended.set();
  await blocked;
  const [got, isEmpty, guard, permit] = await asked;
  assertEquals([got, isEmpty], [7, true]);
  assertEquals([guard.abandoned, permit.abandoned], [false, false]);
  await queue.taskDone();
  await queue.join(LONG);
});

for (const make of ["semaphore", "boundedSemaphore"] as const) {
  Deno.test(`Manager.${make}() has no more permits than at first when who held them is killed`, async () => {
    await using manager = new Manager();
    const semaphore = manager[make](2);
    const taken = new Event();
    const child = new Process({
      target: fromModule<typeof takeTwo>(CLIENTS, "takeTwo"),
      args: [semaphore, taken],
    });
    child.start();
    await taken.wait(LONG);
    // In its place.
    await semaphore.release();
    const own = await semaphore.acquire();
    child.kill();
    await child.join();
    const back = await semaphore.acquire(LONG);
    assertEquals([back.abandoned, await semaphore.value], [true, 0]);
    await back.release();
    await own.release();
    assertEquals(await semaphore.value, 2);
  });
}

Deno.test("Manager passes the notification of who is killed to the next who waited then", async () => {
  await using manager = new Manager();
  const condition = manager.condition();
  /** Notifies a child of all who wait, and kills it before it has the lock again. */
  const notifyAndKill = async (waitToo: () => Promise<void>[]) => {
    const waiting = new Event();
    const child = new Process({
      target: fromModule<typeof waitToBeNotified>(CLIENTS, "waitToBeNotified"),
      args: [condition, waiting],
    });
    child.start();
    await waiting.wait(LONG);
    await condition.acquire();
    const waits = waitToo();
    await condition.acquire();
    await condition.notify();
    child.kill();
    await child.join();
    return waits;
  };
  let isYoungNotified = false;
  const waitYoung = () =>
    condition.wait(LONG).then(() => {
      isYoungNotified = true;
    });

  const [next] = await notifyAndKill(() => [condition.wait(LONG)]);
  const young = waitYoung();
  await next;
  await condition.notify();
  assertEquals(isYoungNotified, false);
  await condition.release();
  await young;
  assertEquals(isYoungNotified, true);

  isYoungNotified = false;
  await condition.release();
  // Nobody else waits then.
  await notifyAndKill(() => []);
  const alone = waitYoung();
  await until(
    async () => (await manager.counts()).clients === 1,
    "the one that was killed is missed",
  );
  await condition.acquire(LONG);
  assertEquals(isYoungNotified, false);
  await condition.notify();
  await condition.release();
  await alone;
});

for (const how of ["notified", "given up"] as const) {
  Deno.test(`Manager has the next guard say that a lock was abandoned that a wait has taken again which was ${how}`, async () => {
    await using manager = new Manager();
    const lock = manager.lock();
    const condition = manager.condition(lock);
    const guard = await condition.acquire();
    const giveUp = new AbortController();
    const waited = condition.wait({ signal: giveUp.signal })
      .catch((error) => error);
    const child = new Process({
      target: fromModule<typeof notifyAndDie>(CLIENTS, "notifyAndDie"),
      args: [condition, how === "notified" ? 1 : 0],
    });
    child.start();
    await child.join();
    if (how === "given up") giveUp.abort("enough");
    assertEquals(await waited, how === "notified" ? undefined : "enough");
    const told: boolean[] = [];
    const next = lock.acquire(LONG).then(async (guard) => {
      told.push(guard.abandoned);
      await condition.notify();
      await guard.release();
    });
    // Who waits once more passes it on.
    await condition.wait(LONG);
    await next;
    await guard.release();
    await using last = await lock.acquire(LONG);
    assertEquals([...told, last.abandoned], [true, false]);
  });
}

Deno.test("Manager tells who acquires a lock once more that it was abandoned during a wait", async () => {
  await using manager = new Manager();
  const condition = manager.condition();
  await using _outer = await condition.acquire();
  const waited = condition.wait(LONG);
  const child = new Process({
    target: fromModule<typeof notifyAndDie>(CLIENTS, "notifyAndDie"),
    args: [condition, 1],
  });
  child.start();
  await Promise.all([waited, child.join()]);
  await using inner = await condition.acquire();
  await using innermost = await condition.acquire();
  assertEquals([inner.abandoned, innermost.abandoned], [true, false]);
});

for (const ending of ["exits", "is killed"] as const) {
  Deno.test(`Manager does what waits for a call of a client that ${ending}`, async () => {
    await using manager = new Manager();
    const dict = manager.dict<string, number>();
    const child = new Process({
      target: fromModule<typeof askAndEnd>(CLIENTS, "askAndEnd"),
      args: [dict, manager.event(), ending],
    });
    child.start();
    await child.join();
    await until(
      async () => (await manager.counts()).clients === 1,
      "the others are gone",
    );
    assertEquals(await dict.toMap(), new Map([["n", 1], ["after", 1]]));
  });
}

Deno.test("Manager that is killed is named by an iteration that goes on", async () => {
  await using manager = new Manager();
  const list = manager.list(Array.from({ length: 3_500 }, (_, n) => n));
  const last = list[Symbol.asyncIterator]();
  await last.next();
  const error = await assertRejects(async () => {
    for await (const item of list) {
      if (item === 500) Deno.kill(manager.pid!, "SIGKILL");
    }
  }, Error);
  const over = `the manager ${manager.name} (pid ${manager.pid}) has ended`;
  assertEquals(error.message, `Cannot call next() of ListProxy: ${over}`);
  await last.return!();
});

Deno.test("Manager breaks a barrier when a party is killed, not when it ends well", async () => {
  await using manager = new Manager();
  const barrier = manager.barrier(2);
  for (const name of ["pass", "passAndDie"]) {
    const child = new Process({
      target: fromModule<typeof pass | typeof passAndDie>(CLIENTS, name),
      args: [barrier],
    });
    child.start();
    await barrier.wait();
    await child.join();
    await until(
      async () => (await manager.counts()).clients === 1,
      "the end of the party is known",
    );
    assertEquals(await barrier.broken, name === "passAndDie");
  }
  await assertRejects(() => barrier.wait(), BrokenBarrierError);
});

Deno.test("Manager that has made an object of an own class ends at once", async () => {
  registerTally();
  await assertSoon(async () => {
    const manager = new Manager();
    await manager.create(Tally).add();
    const start = performance.now();
    await manager[Symbol.asyncDispose]();
    return performance.now() - start;
  });
});

Deno.test("Manager ends when the program is killed that has made it", async () => {
  const { stdout, signal } = await runProgram("leaver.ts", [
    "run",
    "-A",
    new URL("../fixtures/manager/leaver.ts", import.meta.url).href,
  ]);
  // Who is left behind by the program makes this fail.
  assertEquals([signal, Number(stdout) > 0], ["SIGKILL", true]);
});

Deno.test("Manager gives shared memory, and takes it away in the end", async () => {
  const manager = new Manager();
  await assertRejects(
    () => manager.sharedMemory("1" as never),
    TypeError,
    "Cannot create shared memory: its size is a string, not a number",
  );
  if (backend() === "hub") {
    await assertRejects(
      () => manager.sharedMemory(1_000),
      Error,
      "Cannot create shared memory: it needs Linux and --allow-ffi",
    );
    return await manager[Symbol.asyncDispose]();
  }
  const memory = await manager.sharedMemory(1_000);
  new Uint8Array(memory.buffer)[0] = 7;
  assertEquals(memory.size, 1_000);
  memory.close();
  await manager[Symbol.asyncDispose]();
  await manager[Symbol.asyncDispose]();
});

Deno.test("Manager answers a call whose result is too much to be sent", async () => {
  await using manager = new Manager();
  const all = Array.from({ length: 6_100 }, () => manager.event());
  const crowd = manager.create(Crowd);
  await crowd.add(all.slice(0, 5_000));
  await crowd.add(all.slice(5_000));
  const tooMuch = "shared objects, of 6000 at most";
  await assertRejects(() => crowd.all(), RangeError, tooMuch);
  await assertRejects(() => crowd.allLater(), RangeError, tooMuch);
  await assertRejects(() => crowd.fail(), RangeError, tooMuch);
  const value = manager.value<unknown[]>([]);
  const add = (some: unknown[], more: unknown[]) => [...some, ...more];
  await value.modify(add, all.slice(0, 5_000));
  await assertRejects(
    () => value.modify(add, all.slice(5_000)),
    RangeError,
    tooMuch,
  );
  assertEquals((await value.value).length, 5_000);
  assertThrows(() => manager.list(all), RangeError, tooMuch);
});

Deno.test("Proxies are made by managers only", () => {
  assertThrows(
    () => new DictProxy(),
    TypeError,
    "Cannot construct DictProxy: a manager makes proxies; call a method of it",
  );
  assert(DictProxy.prototype instanceof BaseProxy);
  assertThrows(
    () => Reflect.construct(ProxyGuard, []),
    TypeError,
    "Cannot construct ProxyGuard: acquire() of what a manager has gives one",
  );
  assertThrows(
    () => Manager.register("", Map),
    TypeError,
    "Cannot register: the name is empty",
  );
  assertThrows(
    () => Manager.register("five", 5 as never),
    TypeError,
    "Cannot register five: it is a number; pass a function",
  );
});

/** Says at the end of its work whether it was disposed of. */
class Worker implements Disposable {
  #by = "by a worker";

  async work(gate: EventProxy): Promise<string> {
    await gate.wait();
    return this.#by;
  }

  [Symbol.dispose](): void {
    this.#by = "by nobody";
  }
}

/** Keeps a manager from all else. */
class Busy {
  block(begun: Event, until: Event): void {
    begun.set();
    until.waitSync();
    this.pass(600);
  }

  pass(ms = 1): void {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  }
}

/** Has more than a message can carry. */
class Crowd {
  readonly #all: unknown[] = [];

  add(some: unknown[]): void {
    this.#all.push(...some);
  }

  all(): unknown[] {
    return this.#all;
  }

  allLater(): Promise<unknown[]> {
    return Promise.resolve(this.#all);
  }

  fail(): never {
    throw Object.assign(new Error("crowded"), { all: this.#all });
  }
}

Deno.test("Manager makes objects though a module that is registered loads for ever", async () => {
  const url = new URL("../fixtures/manager/hangs.ts", import.meta.url).href;
  const { code, stdout } = await runProgram("hangs.ts", ["run", "-A", url]);
  assertEquals([code, stdout], [0, "1 2\n"]);
});
