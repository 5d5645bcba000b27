// Waiting for many at once while those who send are killed. STRESS_SECONDS says how long.

import { assert, assertEquals } from "@std/assert";
import {
  type Connection,
  EndOfStreamError,
  Pipe,
  wait,
  waitSync,
} from "../../pipe/mod.ts";
import type { Process, Thread } from "../../process/mod.ts";
import { Queue } from "../../queue/mod.ts";
import { goesOn, random, STRESS_SECONDS } from "../fixtures/messages/stress.ts";
import { putAndEnd, sendInBursts, start } from "../fixtures/messages/waits.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { IS_FFI_DENIED } from "../shared_memory.ts";

leaveNothing({ threads: true });

Deno.test("wait() tells of every message, every end and every death, whoever is killed", async () => {
  /** The connections that are open, and the number that is to come next. */
  const next = new Map<Connection<unknown>, number>();
  const senders = new Map<Connection<unknown>, Process>();
  /** When a child was killed. */
  const killedAt = new Map<object, number>();
  const putters = new Set<Process | Thread>();
  const queue = new Queue<unknown>({ maxSize: 10 });
  let expected = 0;
  let [rounds, messages, items, ends, deaths, slowest] = [0, 0, 0, 0, 0, 0];
  const told = (what: object) => {
    const ms = performance.now() - killedAt.get(what)!;
    slowest = Math.max(slowest, ms);
  };
  const receive = (connection: Connection<unknown>) => {
    try {
      const result = connection.tryRecv();
      // Nobody else receives, so what is ready is there.
      assertEquals(result, { ok: true, value: next.get(connection) });
      next.set(connection, next.get(connection)! + 1);
      messages++;
    } catch (error) {
      if (!(error instanceof EndOfStreamError)) throw error;
      told(connection);
      next.delete(connection);
      connection.close();
      ends++;
    }
  };
  const end = performance.now() + STRESS_SECONDS * 1000;
  for (;;) {
    const over = !goesOn(
      end,
      deaths >= STRESS_SECONDS && rounds >= 50 * STRESS_SECONDS,
    );
    while (!over && senders.size < 4) {
      const [ours, theirs] = new Pipe<unknown>();
      senders.set(ours, start("process", sendInBursts, theirs) as never);
      next.set(ours, 0);
    }
    while (!over && putters.size < 2) {
      const kind = putters.size === 0 ? "process" : "thread";
      const count = random(40);
      expected += count;
      putters.add(start(kind, putAndEnd, queue, count) as never);
    }
    if (over || random(400) === 0) {
      for (const [connection, sender] of senders) {
        if (killedAt.has(sender)) continue;
        killedAt.set(sender, performance.now());
        killedAt.set(connection, performance.now());
        sender.kill();
        if (!over) break;
      }
    }
    const all = [...next.keys(), ...senders.values(), ...putters, queue];
    if (over && all.length === 1 && queue.isEmpty()) break;
    const blocks = rounds++ % 3 === 0 && !IS_FFI_DENIED;
    const ready = blocks
      ? waitSync(all, { timeout: 10_000 })
      : await wait(all, { timeout: 10_000 });
    assert(ready.length > 0, "nothing came for ten seconds");
    for (const each of ready) {
      if (each === queue) {
        assert(queue.tryGet().ok);
        items++;
      } else if (next.has(each as never)) {
        receive(each as never);
      } else if (putters.delete(each as never)) {
        assertEquals(await (each as Process).join(), 0);
      } else {
        for (const [connection, sender] of senders) {
          if (sender === each) senders.delete(connection);
        }
        told(each);
        assertEquals(await (each as Process).join(), -9);
        deaths++;
      }
    }
  }
  console.log(
    `${rounds} rounds, ${messages} messages, ${items} items, ${deaths} killed, told after ${
      Math.round(slowest)
    } ms at most`,
  );
  assertEquals([items, ends], [expected, deaths]);
  assert(deaths >= STRESS_SECONDS, `${deaths} killed`);
  assert(rounds >= 50 * STRESS_SECONDS, `${rounds} rounds`);
  // A second, and whoever else is before us in a machine that is busy.
  assert(slowest < 4_000, `told after ${slowest} ms`);
});
