import { assertEquals } from "@std/assert";
import { call } from "../../../manager/_proxy_calls.ts";
import { Manager } from "../../../manager/mod.ts";
import { collectGarbage } from "../../handles/collect_garbage.ts";

Deno.test("Manager forgets where an iteration is that is dropped, or left", async () => {
  await using manager = new Manager();
  const list = manager.list(Array.from({ length: 3_500 }, (_, n) => n));
  type Batch = readonly [items: unknown[], cursor?: number];
  const next = (cursor: number) => call<Batch>(list, "next", [cursor]);
  const drop = async () => {
    const iterator = list[Symbol.asyncIterator]();
    assertEquals(await iterator.next(), { done: false, value: 0 });
  };
  await drop();
  for await (const _item of list) break;
  assertEquals(await next(2), [[], undefined]);
  assertEquals((await next(1))[0].length, 1_000);
  await collectGarbage();
  assertEquals(await next(1), [[], undefined]);
});
