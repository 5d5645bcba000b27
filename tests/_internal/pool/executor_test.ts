// What becomes of tasks that are submitted at awkward moments.

import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { deadline } from "@std/async/deadline";
import { cargoOf } from "../../../_internal/handles/mod.ts";
import { Executor } from "../../../pool/_executor.ts";
import { holdFor } from "../../../pool/_hold.ts";
import { TO } from "../../../pool/_messages.ts";
import { threadWorkers } from "../../../pool/_thread_workers.ts";
import { WorkerDiedError } from "../../../pool/mod.ts";
import { SharedArray } from "../../../sync/mod.ts";

/** Submits a task; `settled` is told its result or its error before anybody else is. */
function submit(
  executor: Executor,
  target: (...args: never[]) => unknown,
  settled: (outcome: unknown) => void,
): void {
  executor.submit({
    kind: TO.CALL,
    target,
    args: [],
    treatment: executor.defaults,
    settle: { resolve: settled, reject: settled },
    doing: "apply",
  });
}

Deno.test("Executor gives a task to no worker that has died, also while that is told", async () => {
  const executor = new Executor(threadWorkers(undefined), 1, {});
  const { scheduler } = executor;
  const unhold = executor.newHold().take();
  try {
    const answer = () => 42;
    for (let round = 0; round < 3; round++) {
      // Once it is known how long they take, workers are given more than one.
      await new Promise((resolve) => submit(executor, answer, resolve));
      const { promise: outcomes, resolve } = Promise.withResolvers<unknown[]>();
      submit(executor, () => Deno.exit(1), (error) => {
        submit(executor, answer, (value) => resolve([error, value]));
      });
      const [error, value] = await deadline(outcomes, 60_000);
      assertInstanceOf(error, WorkerDiedError);
      assertEquals(value, 42);
    }
    assertEquals([scheduler.queued, scheduler.running], [0, 0]);
  } finally {
    scheduler.terminate(new Error("it is over"));
    await holdFor(scheduler.intake, scheduler.crew.ended);
    unhold(false);
  }
});

Deno.test("Executor lets go of all that a task holds that it cannot take", async () => {
  const executor = new Executor(threadWorkers(undefined), 1, {});
  const { scheduler, defaults } = executor;
  const [held, closed] = [1, 2].map((n) => new SharedArray("i32", n));
  let listeners = 0;
  const signal = {
    throwIfAborted() {},
    addEventListener: () => listeners++,
    removeEventListener: () => listeners--,
  } as unknown as AbortSignal;
  const closing = {
    get it() {
      return closed.close();
    },
  };
  try {
    assertThrows(
      () =>
        executor.submit({
          kind: TO.CALL,
          target: () => {},
          args: [held, closed, closing],
          treatment: { ...defaults, signal },
          settle: { resolve() {}, reject() {} },
          doing: "apply",
        }),
      TypeError,
      "this SharedArray is closed",
    );
    assertEquals([scheduler.queued, listeners], [0, 0]);
    held.close();
    // As long as anybody held it, it could be.
    assertThrows(() => cargoOf([held])[0].pin(), TypeError, "is closed");
  } finally {
    scheduler.terminate(new Error("it is over"));
    await holdFor(scheduler.intake, scheduler.crew.ended);
  }
});
