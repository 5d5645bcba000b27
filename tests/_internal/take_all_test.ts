import { assertEquals, assertRejects } from "@std/assert";
import { takeAll } from "../../_internal/take_all.ts";

class EndError extends Error {}

/** Takes all that there is before an error. */
function takeBefore(error: Error) {
  const there = [1, 2];
  const taken: number[] = [];
  const take = () => {
    const next = there.shift();
    return next === undefined ? Promise.reject(error) : Promise.resolve(next);
  };
  const all = async () => {
    const isEnd = (error: unknown) => error instanceof EndError;
    for await (const it of takeAll(take, isEnd)) taken.push(it);
  };
  return { all, taken };
}

Deno.test("takeAll() ends by an error that says so", async () => {
  const { all, taken } = takeBefore(new EndError());
  await all();
  assertEquals(taken, [1, 2]);
});

Deno.test("takeAll() throws any other error", async () => {
  const { all, taken } = takeBefore(new Error("broken"));
  await assertRejects(all, Error, "broken");
  assertEquals(taken, [1, 2]);
});
