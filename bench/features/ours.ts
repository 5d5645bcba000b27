// Prints, as JSON, what this library can do: each answer is that of a program that does it.

import {
  connect,
  Listener,
  Lock,
  Manager,
  Pool,
  Process,
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
    using _guard = await new Lock().acquire();
    return true;
  },
  async robustLocks() {
    const lock = new Lock();
    const child = new Process({ target: holdAndDie, args: [lock] });
    child.start();
    await child.join();
    using guard = await lock.acquire({ timeout: 3_000 });
    return guard.abandoned;
  },
  async manager() {
    await using manager = new Manager();
    return await manager.dict([["a", 1]]).get("a") === 1;
  },
  async shared() {
    using array = new SharedArray("f64", 3);
    using memory = SharedMemory.create(8);
    memory.unlink();
    return await Promise.resolve(array.length === 3 && memory.size === 8);
  },
  async remote() {
    const authKey = "key";
    const address = { hostname: "127.0.0.1", port: 0 };
    using listener = new Listener<string>({ address, authKey });
    const accepting = listener.accept();
    using here = await connect<string>(listener.address, { authKey });
    using there = await accepting;
    await here.send("hello");
    return await there.recv() === "hello";
  },
};

if (import.meta.main) {
  const answers: Record<string, boolean | string> = {};
  for (const [feature, run] of Object.entries(PROBES)) {
    answers[feature] = await run();
  }
  console.log(JSON.stringify(answers));
}
