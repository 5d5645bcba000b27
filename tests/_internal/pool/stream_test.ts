// What a stream does with chunks that are settled, or refused, while they are submitted.

import { assertEquals, assertRejects } from "@std/assert";
import type { Executor, Submission } from "../../../pool/_executor.ts";
import { stream } from "../../../pool/_stream.ts";
import type { Run } from "../../../pool/_task.ts";

const RUN: Run = {
  ms: undefined,
  bytesSent: 1,
  bytesReceived: 1,
  worker: "PoolWorker-1",
};

/** Stands for a pool of one worker, which does nothing by itself. */
function executorWith(submit: (submission: Submission) => void): Executor {
  return {
    size: 1,
    defaults: { timeout: 0, signal: undefined, retries: 0, priority: 0 },
    scheduler: { check() {}, withdraw() {} },
    jobs: new Set(),
    room: { isFull: false },
    know() {},
    newHold: () => ({ take: () => () => {}, settle() {} }),
    endJob() {},
    submit,
  } as unknown as Executor;
}

/** A result, the message of its error, or `undefined` at the end. */
async function errorOrValue(
  result: Promise<IteratorResult<unknown>>,
): Promise<unknown> {
  try {
    return (await result).value;
  } catch (error) {
    return (error as Error).message;
  }
}

/** All that is left, as {@linkcode errorOrValue} says it. */
async function outcomesOf(results: AsyncIterator<unknown>): Promise<unknown[]> {
  const outcomes: unknown[] = [];
  for (;;) {
    const outcome = await errorOrValue(results.next());
    if (outcome === undefined) return outcomes;
    outcomes.push(outcome);
  }
}

for (const form of ["imap", "imapUnordered"] as const) {
  Deno.test(`${form}() gives each result once, also of what is settled while it is submitted`, async () => {
    const submitted: Submission[] = [];
    const executor = executorWith((submission) => {
      submitted.push(submission);
      if (submitted.length === 3) {
        submission.settle.reject(new Error("the third"));
      }
    });
    const results = stream(executor, () => {}, [1, 2, 3], form, {
      chunkSize: 1,
    });
    const answer = (n: number) => submitted[n].settle.resolve([[n + 1]], RUN);
    const next = () => errorOrValue(results.next());
    const isOrdered = form === "imap";
    const first = isOrdered ? [] : [await next()];
    answer(0);
    const second = await next();
    const last = [next(), next()];
    answer(1);
    assertEquals(
      [...first, second, ...await Promise.all(last)],
      isOrdered ? [1, 2, "the third"] : ["the third", 1, 2, undefined],
    );
    assertEquals(submitted.map(({ offset }) => offset), [0, 1, 2]);
  });
}

Deno.test("imapUnordered() gives the items of a chunk that is refused one by one", async () => {
  const submitted: Submission[] = [];
  const executor = executorWith((submission) => {
    submitted.push(submission);
    if (submission.args.includes(3)) throw new TypeError("not 3");
  });
  const items = [1, 2, 3, 4, 5, 6];
  const results = stream(executor, () => {}, items, "imapUnordered", {
    chunkSize: 2,
  });
  const outcomes = outcomesOf(results);
  for (let n = 0; n < submitted.length; n++) {
    const { args, settle } = submitted[n];
    if (!args.includes(3)) settle.resolve(args.map((it) => [it]), RUN);
  }
  assertEquals(
    submitted.map(({ args, offset }) => [offset, ...args]),
    [[0, 1, 2], [2, 3, 4], [2, 3], [3, 4], [4, 5, 6]],
  );
  assertEquals(await outcomes, ["not 3", 1, 2, 4, 5, 6]);
});

Deno.test("imap() sends nothing more of a chunk whose items have ended it", async () => {
  const submitted: Submission[] = [];
  const executor = executorWith((submission) => {
    submitted.push(submission);
    const error = new Error("it is over");
    for (const job of executor.jobs) job.fail(error);
    throw error;
  });
  const results = stream(executor, () => {}, [1, 2, 3], "imap", {
    chunkSize: 3,
  });
  await assertRejects(() => results.next(), Error, "it is over");
  assertEquals(await outcomesOf(results), []);
  assertEquals(submitted.length, 1);
});
