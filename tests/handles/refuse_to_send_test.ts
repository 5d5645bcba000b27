// What belongs to one thread is refused where it is sent, and does not arrive empty.

import { assertRejects, assertThrows } from "@std/assert";
import { Manager } from "../../manager/mod.ts";
import { Listener, Pipe } from "../../pipe/mod.ts";
import { Pool, ThreadPool } from "../../pool/mod.ts";
import { currentProcess, Process, Thread } from "../../process/mod.ts";
import { Queue } from "../../queue/mod.ts";
import { Lock, RLock, RWLock, Semaphore } from "../../sync/mod.ts";
import { leaveNothing } from "./leave_nothing.ts";

leaveNothing({ threads: true });

class Subclass extends Process {
  override run(): void {}
}

async function checkRefused(value: object, why: string): Promise<void> {
  const queue = new Queue<unknown>();
  const sent = [{ deep: [value] }];
  await assertRejects(
    () => queue.put(sent),
    TypeError,
    `Cannot send message[0].deep[0]: ${why}`,
  );
  for (const Kind of [Process, Thread]) {
    const child = new Kind({ target: (_: unknown) => {}, args: [sent] });
    assertThrows(
      () => child.start(),
      TypeError,
      `Cannot send args[0][0].deep[0]: ${why}`,
    );
  }
}

const HERE = "belongs to the thread that made it; ";

Deno.test("Processes, threads, listeners and pipes are refused in arguments and messages", async () => {
  using listener = new Listener();
  using pipe = new Pipe();
  const cases: [object, string][] = [
    [new Process(), `a Process ${HERE}send its pid`],
    [new Subclass(), `a Process ${HERE}send its pid`],
    [currentProcess(), `a Process ${HERE}send its pid`],
    [new Thread(), `a Thread ${HERE}send its name`],
    [listener, `a Listener ${HERE}send its address`],
    [pipe, `a Pipe ${HERE}send one of its ends`],
  ];
  for (const [value, why] of cases) await checkRefused(value, why);
});

Deno.test("Guards are refused in arguments and messages", async () => {
  const lock = new RWLock();
  const held = [
    await new Lock().acquire(),
    await new RLock().acquire(),
    await new Semaphore().acquire(),
    await lock.read(),
  ];
  for (const guard of held) {
    await checkRefused(guard, `a guard ${HERE}send what it guards`);
    guard.release();
  }
  await using manager = new Manager();
  await using guard = await manager.lock().acquire();
  await checkRefused(guard, `a guard ${HERE}send what it guards`);
});

Deno.test("Pools and what they give are refused in arguments and messages", async () => {
  for (const Kind of [Pool, ThreadPool]) {
    await using pool = new Kind(1);
    await checkRefused(pool, `a ${Kind.name} ${HERE}make one where it is`);
    const result = pool.applyAsync((n: number) => n, [1]);
    await checkRefused(result, `an AsyncResult ${HERE}send what it gives`);
    await result;
    const results = pool.imap((n: number) => n, [1]);
    await checkRefused(results, `an iterator ${HERE}send what it gives`);
    await Array.fromAsync(results);
  }
});
