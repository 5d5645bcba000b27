// Pipes whose ends are killed at any moment. STRESS_SECONDS says how long.

import { assert, assertRejects } from "@std/assert";
import {
  BrokenPipeError,
  type Connection,
  EndOfStreamError,
  Pipe,
} from "../../pipe/mod.ts";
import {
  delay,
  goesOn,
  isWhole,
  killBusy,
  lengthOf,
  patterned,
  random,
  receiveForever,
  sendForever,
  startProcess,
  STRESS_SECONDS,
} from "../fixtures/messages/stress.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";

leaveNothing();

async function stress(
  target: (connection: Connection<unknown>) => Promise<void>,
  take: (connection: Connection<unknown>, ready: () => void) => Promise<number>,
) {
  const end = performance.now() + STRESS_SECONDS * 1000;
  let messages = 0;
  let rounds = 0;
  let slowest = 0;
  while (goesOn(end, rounds >= STRESS_SECONDS)) {
    const [a, b] = new Pipe<unknown>();
    const child = startProcess(target, b);
    const ready = Promise.withResolvers<void>();
    const taken = take(a, ready.resolve);
    await Promise.race([ready.promise, taken]);
    await delay(random(20));
    const killed = performance.now();
    const ended = killBusy(child);
    messages += await taken;
    slowest = Math.max(slowest, performance.now() - killed);
    await ended;
    a.close();
    rounds++;
  }
  assert(slowest < 4_000, `the other end was told after ${slowest} ms`);
  assert(rounds >= STRESS_SECONDS, `${rounds} rounds`);
  // Nobody is killed before the first has come.
  assert(messages >= rounds, `${messages} messages in ${rounds} rounds`);
  console.log(
    `${rounds} killed, ${messages} messages, slowest ${Math.round(slowest)} ms`,
  );
}

Deno.test("Connection receives whole messages, then the end, whenever the sender is killed", async () => {
  await stress(sendForever, async (connection, ready) => {
    let n = 0;
    try {
      for (;; n++) {
        const message = n % 2 === 0
          ? await connection.recv({ timeout: 20_000 })
          : connection.recvSync({ timeout: 20_000 });
        const [number, bytes] = message as [number, Uint8Array];
        assert(number === n, `${number} came instead of ${n}`);
        assert(isWhole(bytes, n, lengthOf(n)), `${n} is torn`);
        ready();
      }
    } catch (error) {
      if (!(error instanceof EndOfStreamError)) throw error;
    }
    return n;
  });
});

Deno.test("Connection sends until the receiver is killed, and is told then", async () => {
  await stress(receiveForever, async (connection, ready) => {
    const answer = assertRejects(
      () => connection.recv({ timeout: 20_000 }),
      EndOfStreamError,
    );
    let n = 0;
    try {
      for (;; n++) {
        const message = [n, patterned(n, lengthOf(n))];
        const wait = { timeout: 20_000 };
        if (n % 2 === 0) connection.sendSync(message, wait);
        else await connection.send(message, wait);
        // More than fits: some have been received.
        if (n > 300) ready();
      }
    } catch (error) {
      if (!(error instanceof BrokenPipeError)) throw error;
    }
    await answer;
    return n;
  });
});
