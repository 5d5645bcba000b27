import { assertEquals } from "@std/assert";
import { Manager } from "../../manager/mod.ts";
import { Listener, Pipe } from "../../pipe/mod.ts";
import { Pool } from "../../pool/mod.ts";
import {
  currentProcess,
  currentThread,
  Process,
  Thread,
} from "../../process/mod.ts";
import {
  JoinableQueue,
  Queue,
  SimpleQueue,
  ThreadQueue,
} from "../../queue/mod.ts";
import {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  Lock,
  RLock,
  RWLock,
  Semaphore,
  ShareableList,
  SharedArray,
  SharedMemory,
  SharedValue,
} from "../../sync/mod.ts";
import { sharedTest } from "../shared_memory.ts";
import { leaveNothing } from "./leave_nothing.ts";

leaveNothing();

/** What `console.log` shows, without ids and addresses. */
function shown(object: unknown): string {
  return Deno.inspect(object, { colors: false, breakLength: 200 })
    .replaceAll(/\d{3,}/g, "N").replaceAll(/"psm_\w+"/g, '"psm"');
}

Deno.test("console.log() shows the state of locks and their kin", async () => {
  const lock = new Lock();
  assertEquals(shown(lock), "Lock { locked: false }");
  {
    using guard = await lock.acquire();
    assertEquals(shown([lock]), "[ Lock { locked: true } ]");
    assertEquals(shown(guard), "Guard { abandoned: false }");
  }
  assertEquals(shown(new RLock()), "RLock { locked: false }");
  assertEquals(shown(new Semaphore(3)), "Semaphore { value: 3 }");
  assertEquals(shown(new BoundedSemaphore()), "BoundedSemaphore { value: 1 }");
  assertEquals(
    shown(new Condition(lock)),
    "Condition { lock: Lock { locked: false } }",
  );
  assertEquals(
    shown(new Barrier(2)),
    "Barrier { parties: 2, waiting: 0, broken: false }",
  );
  const many = new RWLock();
  using _reader = await many.read();
  assertEquals(shown(many), "RWLock { readers: 1, writing: false }");
});

Deno.test("console.log() shows whether an event is set", () => {
  const event = new Event();
  assertEquals(shown(event), "Event { set: false }");
  event.set();
  assertEquals(shown(event), "Event { set: true }");
});

Deno.test("console.log() shows what is shared, and whether it is closed", () => {
  assertEquals(
    shown(new SharedValue("i32", 4)),
    'SharedValue { type: "i32", value: 4 }',
  );
  const array = new SharedArray("f64", 3);
  assertEquals(shown(array), 'SharedArray { type: "f64", length: 3 }');
  array.close();
  assertEquals(shown(array), "SharedArray { closed: true }");
});

sharedTest("bytes", "console.log() shows shared memory and lists in it", () => {
  const memory = SharedMemory.create(16);
  assertEquals(shown(memory), 'SharedMemory { name: "psm", size: 16 }');
  memory.unlink();
  memory.close();
  assertEquals(shown(memory), "SharedMemory { closed: true }");
  const list = new ShareableList([1, "two"]);
  assertEquals(shown(list), "ShareableList { length: 2 }");
  list.sharedMemory.unlink();
  list.close();
  assertEquals(shown(list), "ShareableList { closed: true }");
});

Deno.test("console.log() shows how full queues are", async () => {
  const queue = new Queue<number>({ maxSize: 3 });
  await queue.put(1);
  assertEquals(shown(queue), "Queue { size: 1, maxSize: 3 }");
  queue.close();
  assertEquals(shown(queue), "Queue { size: 1, maxSize: 3 }");
  assertEquals(shown(new SimpleQueue()), "SimpleQueue { empty: true }");
  for (const Kind of [JoinableQueue, ThreadQueue]) {
    assertEquals(shown(new Kind()), `${Kind.name} { size: 0, maxSize: 0 }`);
  }
});

Deno.test("console.log() shows what connections and listeners are", () => {
  const [one] = new Pipe();
  assertEquals(shown(one), "Connection { closed: false }");
  one.close();
  assertEquals(shown(one), "Connection { closed: true }");
  const address = { hostname: "localhost", port: 0 };
  using listener = new Listener({ address });
  assertEquals(
    shown(listener),
    'Listener { address: { hostname: "localhost", port: N }, closed: false }',
  );
});

Deno.test("console.log() shows who processes and threads are, and what else they have", async () => {
  class Counter extends Process {
    limit = 5;
  }
  assertEquals(
    shown(new Counter({ name: "counter" })),
    'Counter { name: "counter", pid: undefined, exitCode: null, limit: 5 }',
  );
  const child = new Process({ target: () => Deno.exit(7), name: "child" });
  child.start();
  await child.join();
  child.close();
  assertEquals(
    shown(child),
    'Process { name: "child", pid: N, exitCode: 7 }',
  );
  assertEquals(
    shown(new Thread({ name: "thread" })),
    'Thread { name: "thread", ident: undefined, exitCode: null }',
  );
  assertEquals(
    shown(currentProcess()),
    'Process { name: "MainProcess", pid: N, exitCode: null }',
  );
  assertEquals(
    shown(currentThread()),
    'Thread { name: "MainThread", ident: N, exitCode: null }',
  );
});

Deno.test("console.log() shows what pools and managers do", async () => {
  {
    await using pool = new Pool(1);
    const result = pool.applyAsync(() => 1);
    assertEquals(shown(result), "AsyncResult { ready: false }");
    await result;
    assertEquals(shown(result), "AsyncResult { ready: true }");
    assertEquals(
      shown(pool),
      "Pool { workers: 1, queued: 0, running: 0, done: 1, failed: 0 }",
    );
  }
  await using manager = new Manager({ name: "Hub" });
  assertEquals(shown(manager), 'Manager { name: "Hub", pid: N }');
  assertEquals(shown(manager.dict()), 'DictProxy { manager: "Hub" }');
  class Hosted {}
  assertEquals(shown(manager.create(Hosted)), 'ObjectProxy { manager: "Hub" }');
});

Deno.test("console.log() of a class's prototype does not throw", () => {
  for (const { prototype } of [Lock, Queue, Process, Pool, SharedMemory]) {
    shown(prototype);
  }
});
