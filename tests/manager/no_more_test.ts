// What becomes of messages with objects in them that are no more.

import { assert, assertEquals, assertRejects } from "@std/assert";
import { Manager } from "../../manager/mod.ts";
import { type Connection, Pipe } from "../../pipe/mod.ts";
import { fromModule, Process } from "../../process/mod.ts";
import { Queue } from "../../queue/mod.ts";
import { Event } from "../../sync/mod.ts";
import { NO_MORE } from "../contracts/no_more.ts";
import type { sendNoMore } from "../fixtures/manager/clients.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";

leaveNothing();

const LONG = { timeout: 20_000 };
const CLIENTS = new URL("../fixtures/manager/clients.ts", import.meta.url);

Deno.test("Manager answers a call whose result has what is no more", async () => {
  await using manager = new Manager();
  const dict = manager.dict<string, Connection<unknown>>();
  const queue = manager.queue<Connection<unknown>>();
  const [here, there] = new Pipe<unknown>();
  await dict.set("end", there);
  await queue.put(there);
  const back = await dict.get("end");
  for (const end of [here, there, back]) end?.close();
  for (
    const ask of [
      () => dict.get("end"),
      () => dict.toMap(),
      () => dict.values(),
      () => dict.entries(),
      () => queue.get(),
    ]
  ) {
    const error = await assertRejects(ask, Error);
    assert(NO_MORE.test(error.message), error.message);
  }
  assertEquals(await dict.size, 1);
});

Deno.test("Manager and Pool refuse what is no more, whoever sends it", async () => {
  await using manager = new Manager();
  const dict = manager.dict<string, Connection<unknown> | undefined>();
  const ends = [...new Pipe<unknown>()];
  await dict.set("closed", ends[0]);
  for (const end of [...ends, await dict.get("closed")]) end?.close();
  const [given, closed] = [new Queue<Connection<unknown>>(), new Event()];
  const said = new Queue<string>();
  const child = new Process({
    target: fromModule<typeof sendNoMore>(CLIENTS, "sendNoMore"),
    args: [manager, dict, given, closed, said],
  });
  child.start();
  (await given.get(LONG)).close();
  closed.set();
  for (let n = 0; n < 5; n++) {
    const message = await said.get(LONG);
    assert(NO_MORE.test(message), message);
  }
  assertEquals(await said.get(LONG), "1 1");
  assertEquals(await child.join(), 0);
});
