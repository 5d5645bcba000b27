// Prints, as JSON, what this library can do: each answer is that of a program that does it.

import {
  type Address,
  Barrier,
  type DictProxy,
  Lock,
  Manager,
  Pool,
  Process,
  Semaphore,
  SharedArray,
  SharedMemory,
  SharedValue,
  ThreadPool,
} from "@parallel/multiprocessing";

export class OwnError extends Error {
  override name = "OwnError";
  code = 7;
}

export function add(a: number, b: number): number {
  return a + b;
}

export async function pid(): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 50));
  return Deno.pid;
}

export function count(value: SharedValue<"i32">) {
  for (;;) value.add(1);
}

export function die(attempts?: SharedValue<"i32">): string {
  if (attempts === undefined || attempts.add(1) === 0) {
    Deno.kill(Deno.pid, "SIGKILL");
  }
  return "done";
}

export function fail() {
  throw new OwnError("expected");
}

export async function holdAndDie(lock: Lock) {
  await lock.acquire();
  die();
}

export async function holdAll(
  lock: Lock,
  semaphore: Semaphore,
  barrier: Barrier,
) {
  using _guard = await lock.acquire();
  using _permit = await semaphore.acquire();
  await barrier.wait();
  await barrier.wait();
}

export function write(
  value: SharedValue<"i32">,
  array: SharedArray<"f64">,
  memory: SharedMemory,
) {
  value.value = 1;
  array.array[1] = 0.5;
  new Uint8Array(memory.buffer)[7] = 8;
}

export async function score(scores: DictProxy<string, number>) {
  await scores.set("a", 1);
}

export async function scoreThere(address: Address, authKey: string) {
  await using manager = await Manager.connect(address, { authKey });
  await score(await manager.lookup<DictProxy<string, number>>("scores"));
}

/** Starts a function in a process of its own. */
function start<A extends unknown[]>(
  target: (...args: A) => unknown,
  ...args: A
) {
  const child = new Process({ target, args });
  child.start();
  return child;
}

async function fails(promise: Promise<unknown>): Promise<boolean> {
  return await promise.then(() => false, () => true);
}

const PROBES: Record<string, () => Promise<boolean | string>> = {
  async inline() {
    await using pool = new Pool(1);
    return await pool.apply((a: number, b: number) => a + b, [1, 2]) === 3;
  },
  // This is TypeScript, and its workers import it.
  async typescript() {
    await using pool = new Pool(1);
    return await pool.apply(add, [1, 2]) === 3;
  },
  async processes() {
    await using pool = new Pool(1);
    await using threads = new ThreadPool(1);
    return await pool.apply(pid) !== Deno.pid &&
      await threads.apply(pid) === Deno.pid;
  },
  async map() {
    await using pool = new Pool(2);
    await pool.map((n: number) => n, [1, 2, 3, 4], { chunkSize: 2 });
    return pool.stats().done === 2;
  },
  async stream() {
    let taken = 0;
    function* items() {
      for (; taken < 100_000; taken++) yield taken;
    }
    await using pool = new Pool(1);
    const results = pool.imap((n: number) => n, items());
    await results.next();
    await new Promise((resolve) => setTimeout(resolve, 500));
    return taken < 1_000;
  },
  async stop() {
    await using pool = new Pool(1);
    const value = new SharedValue("i32", 0);
    const result = pool.applyAsync(count, [value]);
    while (value.value === 0) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    result.cancel();
    if (!await fails(result.get())) return false;
    // It runs on the only worker, which the first one has left.
    await pool.apply(add, [1, 2]);
    const before = value.value;
    await new Promise((resolve) => setTimeout(resolve, 100));
    return value.value === before;
  },
  async death() {
    await using pool = new Pool(1);
    return await fails(pool.apply(die)) && await pool.apply(add, [1, 2]) === 3;
  },
  async retries() {
    await using pool = new Pool(1);
    const attempts = new SharedValue("i32", 0);
    return await pool.apply(die, [attempts], { retries: 1 }) === "done";
  },
  async errors() {
    await using pool = new Pool(1);
    try {
      await pool.apply(fail);
      return false;
    } catch (error) {
      return error instanceof OwnError && error.code === 7;
    }
  },
  async backPressure() {
    await using pool = new Pool(1, { maxPending: 2 });
    let submitted = 0;
    const tasks = Array.from({ length: 6 }, async () => {
      await pool.apply(pid);
      submitted++;
    });
    const most = pool.stats().queued;
    await Promise.all(tasks);
    return most <= 2 && submitted === 6 ? "waits" : false;
  },
  async priority() {
    await using pool = new Pool(1);
    const order: number[] = [];
    await Promise.all([
      pool.apply(pid),
      ...[1, 3, 2].map(async (rank) =>
        order.push(await pool.apply(add, [rank, 0], { priority: rank }))
      ),
    ]);
    return order.join() === "3,2,1" ? "by task" : false;
  },
  async recycle() {
    await using byTasks = new Pool(1, { maxTasksPerChild: 1 });
    await using byMemory = new Pool(1, { memoryLimit: 1 });
    for (const pool of [byTasks, byMemory]) {
      const first = await pool.apply(pid);
      // Memory is looked at now and then.
      for (let n = 0; n < 4; n++) await pool.apply(pid);
      if (first === await pool.apply(pid)) return false;
    }
    return "tasks, memory";
  },
  async progress() {
    let last = 0;
    await using pool = new Pool(1);
    const progress = ({ done }: { done: number }) => last = done;
    await pool.map((n: number) => n, [1, 2, 3], { progress });
    return last === 3;
  },
  async locks() {
    const lock = new Lock();
    const semaphore = new Semaphore(1);
    const barrier = new Barrier(2);
    const child = start(holdAll, lock, semaphore, barrier);
    await barrier.wait();
    const isHeld = lock.tryAcquire() === undefined &&
      semaphore.tryAcquire() === undefined;
    await barrier.wait();
    await child.join();
    using guard = await lock.acquire({ timeout: 3_000 });
    using _permit = await semaphore.acquire({ timeout: 3_000 });
    return isHeld && !guard.abandoned;
  },
  async robustLocks() {
    const lock = new Lock();
    await start(holdAndDie, lock).join();
    using guard = await lock.acquire({ timeout: 3_000 });
    return guard.abandoned;
  },
  async manager() {
    await using manager = new Manager();
    const scores = manager.dict<string, number>();
    await start(score, scores).join();
    return await scores.get("a") === 1;
  },
  async shared() {
    const value = new SharedValue("i32", 0);
    using array = new SharedArray("f64", 3);
    using memory = SharedMemory.create(8);
    await start(write, value, array, memory).join();
    memory.unlink();
    const bytes = new Uint8Array(memory.buffer);
    return value.value === 1 && array.array[1] === 0.5 && bytes[7] === 8;
  },
  async remote() {
    const authKey = "key";
    const address = { hostname: "127.0.0.1", port: 0 };
    await using manager = new Manager({ address, authKey });
    const scores = manager.dict<string, number>();
    await manager.publish("scores", scores);
    await start(scoreThere, await manager.address, authKey).join();
    return await scores.get("a") === 1;
  },
};

if (import.meta.main) {
  const answers: Record<string, boolean | string> = {
    version: `Deno ${Deno.version.deno}`,
  };
  for (const [feature, run] of Object.entries(PROBES)) {
    answers[feature] = await run();
  }
  console.log(JSON.stringify(answers));
}
