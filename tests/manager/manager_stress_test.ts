// Managers whose clients, or servers, are killed at any moment. STRESS_SECONDS says how long.

import { assert, assertEquals } from "@std/assert";
import { Manager } from "../../manager/mod.ts";
import type { Process } from "../../process/mod.ts";
import {
  type Common,
  startClient,
  startRemoteClient,
} from "../fixtures/manager/stress.ts";
import {
  delay,
  goesOn,
  random,
  STRESS_SECONDS,
} from "../fixtures/messages/stress.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";

leaveNothing();

const CLIENTS = 4;

/** Lets clients come and be killed; says what they have done. */
async function killClients(
  { state, lock, numbers }: Common,
  start: (client: number) => Process,
): Promise<void> {
  await state.set("inside", 0);
  const clients: Process[] = [];
  const next: number[] = [];
  let got = 0;
  const problems: unknown[] = [];
  const listen = async () => {
    for await (const [client, n] of numbers) {
      if (n !== next[client]) problems.push({ client, n, next: next[client] });
      next[client] = n + 1;
      got++;
    }
  };
  const listening = listen();
  const end = performance.now() + STRESS_SECONDS * 1_000;
  let killed = 0;
  while (goesOn(end, killed >= STRESS_SECONDS && got >= 20 * STRESS_SECONDS)) {
    while (clients.length < CLIENTS) {
      clients.push(start(next.push(0) - 1));
    }
    // A slow machine is given time for some to arrive before another one is killed.
    const goal = got + random(30);
    const latest = performance.now() + 3_000;
    while (got < goal && performance.now() < latest) await delay(random(20));
    const [victim] = clients.splice(random(clients.length), 1);
    victim.kill();
    assertEquals(await victim.join(), -9);
    killed++;
  }
  for (const client of clients) client.kill();
  for (const client of clients) await client.join();
  killed += clients.length;
  // It is handed on, whoever has had it.
  await (await lock.acquire({ timeout: 10_000 })).release();
  numbers.close();
  await listening;
  const turns = await state.get("turns") ?? 0;
  let sum = 0;
  for (let client = 0; client < next.length; client++) {
    const mine = await state.get(`turns ${client}`) ?? 0;
    // What was put has been got, and each of three requests was done, or is the last.
    assert(Math.abs(mine - next[client]) <= 1, `${mine}, ${next[client]}`);
    sum += mine;
  }
  assertEquals([problems, await state.get("broken")], [[], undefined]);
  assert(turns >= sum && turns <= sum + next.length, `${turns}, ${sum}`);
  assert(killed >= STRESS_SECONDS && got >= 20 * STRESS_SECONDS);
  console.log(`${turns} turns, ${killed} killed`);
}

function make(manager: Manager): Common {
  return {
    state: manager.dict<string, number>(),
    lock: manager.lock(),
    numbers: manager.queue<readonly [number, number]>(),
  };
}

Deno.test("Manager serves the others, whichever of its clients is killed", async () => {
  await using manager = new Manager();
  const common = make(manager);
  await killClients(common, (client) => startClient(common, client));
});

Deno.test("Manager serves the others over a socket, whichever of its clients is killed", async () => {
  const directory = await Deno.makeTempDir();
  {
    const address = `${directory}/manager`;
    await using manager = new Manager({ address, authKey: "stress" });
    const common = make(manager);
    const shared = manager.dict(Object.entries(common));
    await manager.publish("common", shared);
    await killClients(
      common,
      (client) => startRemoteClient(address, client),
    );
  }
  await Deno.remove(directory, { recursive: true });
});

Deno.test("Manager tells all who wait when its server is killed, at any moment", async () => {
  const end = performance.now() + STRESS_SECONDS * 1_000;
  let rounds = 0;
  let slowest = 0;
  while (goesOn(end, rounds >= STRESS_SECONDS)) {
    await using manager = new Manager();
    const { state, lock, numbers } = make(manager);
    await state.set("inside", 0);
    const calls = async () => {
      for (;;) await state.modify("turns", (turns = 0) => turns + 1);
    };
    const held = await lock.acquire();
    const waiting = [calls(), calls(), lock.acquire(), numbers.get()];
    const told = Promise.allSettled(waiting);
    await delay(random(60));
    const killed = performance.now();
    Deno.kill(manager.pid!, "SIGKILL");
    for (const result of await told) {
      const text = result.status === "rejected" ? `${result.reason}` : "done";
      assert(text.includes(manager.name), text);
    }
    slowest = Math.max(slowest, performance.now() - killed);
    await held.release().catch(() => {});
    rounds++;
  }
  assert(rounds >= STRESS_SECONDS, `${rounds} rounds`);
  // A second, and what a busy machine adds.
  assert(slowest < 4_000, `told after ${slowest} ms`);
  console.log(`${rounds} rounds, slowest ${Math.round(slowest)} ms`);
});
