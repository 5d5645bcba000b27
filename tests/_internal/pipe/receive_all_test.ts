import { assertEquals, assertRejects } from "@std/assert";
import { checkUse, ended } from "../../../pipe/_errors.ts";
import { receiveAll } from "../../../pipe/_receive_all.ts";

/** What a loop gets whose third receive throws. */
function receive(fail: () => never): Promise<number[]> {
  let count = 0;
  return Array.fromAsync(receiveAll(async () => {
    await undefined;
    return ++count < 3 ? count : fail();
  }));
}

Deno.test("receiveAll() ends at the end of the stream, and where the connection is closed", async () => {
  const close = () => {
    checkUse("receive from", true, true, "") as never;
    throw new Error("not reached");
  };
  const end = () => {
    throw ended();
  };
  assertEquals([await receive(close), await receive(end)], [[1, 2], [1, 2]]);
});

Deno.test("receiveAll() hides no other error, whatever the connection is by then", async () => {
  const fail = () => {
    throw new RangeError("of an item");
  };
  await assertRejects(() => receive(fail), RangeError, "of an item");
});
