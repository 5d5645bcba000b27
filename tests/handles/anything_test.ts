// Anything can be handed to anything: one of each class in arguments, messages and results, to
// processes, threads and grandchildren.

import { assertEquals } from "@std/assert";
import { Pool, ThreadPool } from "../../pool/mod.ts";
import { fromModule } from "../../process/mod.ts";
import { Queue } from "../../queue/mod.ts";
import type * as Anything from "../fixtures/messages/anything.ts";
import {
  type All,
  lookAtAll,
  makeAll,
  names,
  passResult,
  receive,
  start,
  useAll,
  type Where,
} from "../fixtures/messages/anything.ts";
import { testAgain } from "../run_again.ts";
import { leaveNothing } from "./leave_nothing.ts";

const again = Deno.args.includes("again");
if (!again) leaveNothing({ threads: true });

const MODULE = new URL("../fixtures/messages/anything.ts", import.meta.url);
const giveAll = fromModule<typeof Anything.giveAll>(MODULE, "giveAll");
const lookAtGiven = fromModule<typeof Anything.lookAtGiven>(
  MODULE,
  "lookAtGiven",
);
const LONG = { timeout: 20_000 };
const PLACES: readonly Where[] = ["process", "thread", "grandchild"];

for (const where of PLACES) {
  Deno.test(`All objects work in a ${where} that gets them in arguments and in a message`, async () => {
    const inbox = new Queue<All | "end">();
    const said = new Queue<string[]>();
    const args = await makeAll();
    const child = start(where, receive, args, inbox, said);
    assertEquals(await said.get(LONG), names());
    assertEquals(await lookAtAll(args), names());
    const message = await makeAll();
    await inbox.put(message);
    assertEquals(await said.get(LONG), names());
    assertEquals(await lookAtAll(message), names());
    await inbox.put("end");
    assertEquals(await child.join(), 0);
  });
}

for (const PoolClass of [Pool, ThreadPool]) {
  Deno.test(`All objects work that are in a result of a ${PoolClass.name}`, async () => {
    await using pool = new PoolClass(1);
    assertEquals(await useAll(await pool.apply(giveAll)), names());
    assertEquals(await pool.apply(lookAtGiven), names());
  });
}

Deno.test("All objects work that are in a result of a Pool of a grandchild", async () => {
  const inbox = new Queue<unknown>();
  const results = new Queue<All | string[]>();
  const child = start("grandchild", passResult, inbox, results);
  assertEquals(await useAll(await results.get(LONG) as All), names());
  await inbox.put("used");
  assertEquals(await results.get(LONG), names());
  assertEquals(await child.join(), 0);
});

if (!again) {
  testAgain(
    "Anything can be handed to anything through a hub",
    "anything through a hub",
    [new URL(import.meta.url)],
    { timeout: 120, args: ["again"], passed: /ok \| 6 passed \| 0 failed \(/ },
  );
}
