import { assertEquals } from "@std/assert";
import { isIterable, isList, isPromise } from "../../_internal/type_guards.ts";

Deno.test("isIterable() asks for an iterator that can be had", () => {
  function* callable() {}
  for (const value of ["", [], new Set(), new Int8Array(), callable()]) {
    assertEquals(isIterable(value), true);
  }
  const others = [undefined, null, 0, {}, callable, { [Symbol.iterator]: 1 }];
  for (const value of others) assertEquals(isIterable(value), false);
});

Deno.test("isList() takes arrays and typed arrays for lists", () => {
  for (const value of [[], new Int8Array()]) assertEquals(isList(value), true);
  const view = new DataView(new ArrayBuffer(1));
  const others = [undefined, null, "", { length: 0 }, new Set(), view];
  for (const value of others) assertEquals(isList(value), false);
});

Deno.test("isPromise() takes for a promise what await waits for", () => {
  const then = () => {};
  const callable = Object.assign(() => {}, { then });
  for (const value of [Promise.resolve(), { then }, callable]) {
    assertEquals(isPromise(value), true);
  }
  const others = [undefined, null, 0, "then", {}, () => {}, { then: true }];
  for (const value of others) assertEquals(isPromise(value), false);
});
