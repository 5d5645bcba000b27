import { assertEquals, assertInstanceOf } from "@std/assert";
import { Opaque, reap } from "../../../_internal/handles/mod.ts";
import { Lane } from "../../../_internal/lanes/mod.ts";
import { arrive, claim } from "../../../_internal/memory/mod.ts";
import { Desk } from "../../../manager/_desk.ts";

Deno.test("Desk.next() tells who has ended although requests never cease", async () => {
  const desk = new Desk("busy");
  const { memory } = desk;
  const replies = new Lane(memory);
  const id = claim(memory, memory.self);
  arrive(memory, id);
  desk.lookForClient(id);
  const many = 1_000;
  for (let n = 0; n < many; n++) desk.hello(replies, Deno.pid);
  reap(memory, id);
  const news = { ended: [[id, false]], gone: [], after: many };
  assertEquals(await desk.next() as unknown, news);
  assertInstanceOf(await desk.next(), Opaque);
  replies.close();
});
