import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { checkWait, waitForPromise } from "../../../_internal/parking/mod.ts";

Deno.test("checkWait() takes numbers for timeouts, and nothing else", () => {
  checkWait(undefined);
  checkWait({});
  for (const timeout of [0, -1, 1.5, Infinity]) checkWait({ timeout });
  assertThrows(
    () => checkWait({ timeout: NaN }),
    TypeError,
    "Cannot wait: timeout is NaN, not a number",
  );
  assertThrows(
    () => checkWait({ timeout: "5" as unknown as number }),
    TypeError,
    "Cannot wait: timeout is a string, not a number",
  );
});

Deno.test("checkWait() throws the reason of a signal that is aborted", () => {
  const reason = new Error("why");
  const error = assertThrows(() =>
    checkWait({ signal: AbortSignal.abort(reason) })
  );
  assertStrictEquals(error, reason);
});

Deno.test("waitForPromise() settles as the promise, the timeout or the signal does first", async () => {
  assertEquals(await waitForPromise(Promise.resolve(1), "wait"), 1);
  const never = new Promise<never>(() => {});
  const error = await assertRejects(
    () => waitForPromise(never, "join Process-1", { timeout: 5 }),
    DOMException,
    "Cannot join Process-1: timed out after 5 ms",
  );
  assertEquals(error.name, "TimeoutError");
  const controller = new AbortController();
  const wait = waitForPromise(never, "wait", { signal: controller.signal });
  controller.abort("why");
  assert(await wait.then(() => false, (reason) => reason === "why"));
});
