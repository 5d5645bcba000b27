import { assert, assertEquals, assertFalse } from "@std/assert";
import { Opaque, unpackBatch } from "../../../_internal/handles/mod.ts";
import { LOAN_COUNT } from "../../../_internal/hub/messages.ts";
import { SessionLoans } from "../../../_internal/hub/session_loans.ts";
import { ThreadQueue } from "../../../queue/mod.ts";

const CELL = 7;
const IS_BY_LINK = true;

/** Loans of a client, from queues in which there is one item each. */
class Lender {
  readonly recalled: number[] = [];
  readonly loans = new SessionLoans(
    () => true,
    (number) => this.recalled.push(number),
  );
  readonly #queues: ThreadQueue<number>[] = [];

  /** A queue that has been lent from to the call of a number: what it has sent, and what is left. */
  async lend(number: number, count: number): Promise<ThreadQueue<number>> {
    const queue = new ThreadQueue<number>();
    this.#queues.push(queue);
    for (let n = 0; n < count; n++) await queue.put(n);
    const borrower = { number, cell: CELL, object: queue, isBlocked: false };
    const first = new Opaque(Uint8Array.of(0), [], []);
    const lent = this.loans.lend(borrower, first)!;
    assertEquals([...unpackBatch(lent.bytes)].length, 1 + count);
    return queue;
  }

  [Symbol.dispose](): void {
    this.loans.end();
    for (const queue of this.#queues) queue.close();
  }
}

Deno.test("SessionLoans.begun() says whether a message had been lent, and takes it", async () => {
  using lender = new Lender();
  const queue = await lender.lend(1, 2);
  assert(lender.loans.begun(1, 2));
  assertEquals(queue.size, 1);
  await queue.put(2);
  assertEquals([...unpackBatch(lender.loans.more(1))].length, 1);
  assert(lender.loans.begun(1, 3));
  assert(lender.loans.begun(1, 4));
  // That was the last one.
  assertFalse(lender.loans.begun(1, 5));
  assertEquals(queue.size, 0);
});

Deno.test("SessionLoans.begun() knows what the link has said before", async () => {
  using lender = new Lender();
  const queue = await lender.lend(1, 3);
  // The client has begun a message that its link knows of already.
  lender.loans.kept(1, 3, IS_BY_LINK);
  assertEquals(queue.size, 1);
  assert(lender.loans.begun(1, 2));
  assert(lender.loans.begun(1, 3));
  assertFalse(lender.loans.begun(1, 4));
  assertEquals(queue.size, 1);
  assertEquals(queue.tryGet(), { ok: true, value: 2 });
});

Deno.test("SessionLoans.begun() takes nothing that the link has said to be begun before it was lent", async () => {
  using lender = new Lender();
  const queue = await lender.lend(1, 1);
  // A call waits for what was asked for, and the link counts its message.
  lender.loans.kept(1, 3, IS_BY_LINK);
  assertEquals(queue.size, 0);
  assert(lender.loans.begun(1, 2));
  assertFalse(lender.loans.begun(1, 3));
});

Deno.test("SessionLoans remembers as many recalled loans as a client may have", async () => {
  using lender = new Lender();
  for (let number = 1; number <= LOAN_COUNT + 1; number++) {
    await lender.lend(number, 2);
    lender.loans.kept(number, 2, IS_BY_LINK);
  }
  assertFalse(lender.loans.begun(1, 2));
  for (let number = 2; number <= LOAN_COUNT + 1; number++) {
    assert(lender.loans.begun(number, 2));
  }
});

Deno.test("SessionLoans forgets what its client has given back itself", async () => {
  using lender = new Lender();
  const queue = await lender.lend(1, 2);
  lender.loans.kept(1, 2, !IS_BY_LINK);
  assertFalse(lender.loans.begun(1, 2));
  assertEquals(queue.size, 1);
});
