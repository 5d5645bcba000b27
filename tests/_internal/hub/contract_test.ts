// Queues, pipes and locks at a hub, asked by a client: what processes do that share
// no memory. Here the client is in the process of its hub.

import { assertEquals } from "@std/assert";
import { joinHub } from "../../../_internal/hub/client.ts";
import { expectChild } from "../../../_internal/hub/mod.ts";
import { Pipe } from "../../../pipe/mod.ts";
import { JoinableQueue } from "../../../queue/mod.ts";
import { Barrier, Lock } from "../../../sync/mod.ts";
import { testNoOptions } from "../../contracts/no_options_contract.ts";
import { testPrimitives } from "../../contracts/primitives.ts";

await joinHub(expectChild("process", [], true).offer);

Deno.test("JoinableQueue at a hub is made well also when the cells in store run out meanwhile", async () => {
  for (let n = 0; n < 3; n++) {
    // So that they run out at another part of it.
    new Lock();
    // In one job, in which no others come.
    const queues = Array.from(
      { length: 50 },
      () => new JoinableQueue<number>(),
    );
    for (const [n, queue] of queues.entries()) {
      await queue.put(n);
      assertEquals(await queue.get(), n);
      queue.taskDone();
      await queue.join();
      queue.close();
    }
  }
});

Deno.test("Connection.send() at a hub does not pass an earlier one that waits", async () => {
  const [near, far] = new Pipe<string>();
  // From the second one on it does not wait for the hub.
  await near.send("");
  await near.send("");
  let sent = 2;
  while (near.trySend("x".repeat(10_000))) sent++;
  const first = near.send("first", { timeout: 60_000 });
  const second = near.send("second");
  while (sent-- > 0) await far.recv();
  assertEquals(await far.recv(), "first");
  assertEquals(await far.recv(), "second");
  await Promise.all([first, second]);
  near.close();
  far.close();
});

Deno.test("Barrier.waitSync() at a hub runs its action, though that waits for another barrier", () => {
  const actions: string[] = [];
  const inner = new Barrier(1, {
    action: () => void actions.push("inner"),
  });
  const outer = new Barrier(1, {
    action() {
      inner.waitSync();
      actions.push("outer");
    },
  });
  assertEquals(outer.waitSync(), 0);
  assertEquals(outer.waitSync(), 0);
  assertEquals(actions, ["inner", "outer", "inner", "outer"]);
});

testNoOptions();
// Each call is a question and an answer, so many are fewer here.
testPrimitives("another process", {
  items: { count: 20_000, atOnce: 1_000 },
  simpleItems: 2_000,
  waits: 100,
});
