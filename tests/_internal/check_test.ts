import { assertEquals } from "@std/assert";
import { isPromise } from "../../_internal/check.ts";

Deno.test("isPromise() takes for a promise what await waits for", () => {
  const then = () => {};
  const callable = Object.assign(() => {}, { then });
  for (const value of [Promise.resolve(), { then }, callable]) {
    assertEquals(isPromise(value), true);
  }
  const others = [undefined, null, 0, "then", {}, () => {}, { then: true }];
  for (const value of others) assertEquals(isPromise(value), false);
});
