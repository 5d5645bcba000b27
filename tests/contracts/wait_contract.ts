import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { WaitOptions } from "../../sync/mod.ts";

/** Something that must wait, as nothing is there for it. */
export interface Waits {
  /** What messages say was attempted: "get from queue". */
  readonly doing: string;
  readonly wait: (wait?: WaitOptions) => Promise<unknown>;
  readonly waitSync?: (wait?: WaitOptions) => unknown;
}

/** What is no timeout, and what messages call it. */
export const WRONG_TIMEOUTS: readonly [timeout: unknown, kind: string][] = [
  [NaN, "NaN"],
  ["50", "a string"],
  ["", "a string"],
  [null, "null"],
  [{}, "an object"],
  [[], "an array"],
  [true, "a boolean"],
  [5n, "a bigint"],
];

/** What every primitive does with the options of a wait. */
export async function checkWaits(
  { doing, wait, waitSync }: Waits,
): Promise<void> {
  for (const timeout of [50, 1, 0, -1, -Infinity, 0.5]) {
    const message = `Cannot ${doing}: timed out after ${
      Math.max(0, timeout)
    } ms`;
    const error = await assertRejects(
      () => wait({ timeout }),
      DOMException,
      message,
    );
    assertEquals([error.name, error.message], ["TimeoutError", message]);
    if (waitSync !== undefined) {
      const error = assertThrows(
        () => waitSync({ timeout }),
        DOMException,
        message,
      );
      assertEquals([error.name, error.message], ["TimeoutError", message]);
    }
  }
  for (const [wrong, kind] of WRONG_TIMEOUTS) {
    const timeout = wrong as number;
    await assertRejects(
      () => wait({ timeout }),
      TypeError,
      `Cannot wait: timeout is ${kind}, not a number`,
    );
    if (waitSync !== undefined) {
      assertThrows(() => waitSync({ timeout }), TypeError);
    }
  }
  await checkAborts(wait);
  if (waitSync !== undefined) {
    const reason = new Error("enough");
    const thrown = assertThrows(() =>
      waitSync({ signal: AbortSignal.abort(reason) })
    );
    assertEquals(thrown, reason);
  }
}

async function checkAborts(
  wait: (wait?: WaitOptions) => Promise<unknown>,
): Promise<void> {
  const reasons = [new Error("enough"), "a string", 0, undefined];
  for (const reason of reasons) {
    const signal = AbortSignal.abort(reason);
    assertEquals(await rejection(wait({ signal })), signal.reason);
  }
  for (const timeout of [undefined, 60_000, Infinity, 2 ** 31, 2 ** 40]) {
    const controller = new AbortController();
    const waiting = rejection(wait({ timeout, signal: controller.signal }));
    const reason = { timeout };
    setTimeout(() => controller.abort(reason), 1);
    assertEquals(await waiting, reason);
  }
  // Many waits on one signal, and a timeout that comes before the abort.
  const controller = new AbortController();
  const { signal } = controller;
  const waiting = Array.from(
    { length: 100 },
    (_, n) => rejection(wait({ signal, timeout: n === 50 ? 1 : undefined })),
  );
  const early = await waiting[50] as DOMException;
  assertEquals(early.name, "TimeoutError");
  controller.abort("all");
  const reasonsGiven = await Promise.all(waiting);
  assertEquals(reasonsGiven.filter((it) => it === "all").length, 99);
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("It did not reject");
}
