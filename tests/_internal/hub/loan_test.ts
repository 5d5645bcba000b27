import { assert, assertEquals, assertFalse, assertRejects } from "@std/assert";
import { packBatch } from "../../../_internal/handles/mod.ts";
import { CallTable } from "../../../_internal/hub/call_table.ts";
import {
  Loan,
  LOAN_WORDS,
  type LoanPort,
} from "../../../_internal/hub/loan.ts";
import {
  ASK,
  FORM,
  LOAN_COUNT,
  type Reply,
  TELL,
} from "../../../_internal/hub/messages.ts";

const AT = 2;
/** The number of the first call. */
const FIRST = 1;
const RECALLED = 1 << 15;

/** A loan that has brought some messages, in a client whose requests go nowhere. */
class Borrowed {
  readonly words = new Int32Array(new SharedArrayBuffer(LOAN_WORDS * 4));
  readonly calls = new CallTable(() => {});
  /** Requests, as text. */
  readonly sent: string[] = [];
  /** Numbers of the calls that were answered, and with what. */
  readonly answered: [number, number][] = [];
  isOver = false;
  /** What goes on instead of the next loan. */
  goesOn: Loan | undefined;
  readonly loan: Loan;
  readonly #port: LoanPort;
  /** The last one. */
  #last: Loan;

  constructor(...messages: number[]) {
    const { calls, sent } = this;
    this.#port = {
      calls,
      send(
        kind: number,
        _number: number,
        { cell }: { cell: number },
        details?: { lends?: boolean },
      ) {
        const name = kind === ASK.BEGUN ? "begun" : "kept";
        sent.push(`${name} ${cell}${details?.lends ? " and more" : ""}`);
      },
      isWritten: () => Promise.resolve(true),
    };
    const ended = () => this.isOver = true;
    this.loan = new Loan(this.#port, this.words, AT, ended);
    this.#last = this.loan;
    const { number } = calls.begin("get");
    const says = { lends: true, unlessBegun: false };
    assertEquals(this.loan.asked(number), says);
    const reply = this.loan.first(replyWith(FORM.BATCH, number, messages));
    assertEquals(reply.body, Uint8Array.of(messages[0]));
  }

  /** A call that finds nothing left, and asks for another loan: whether that is to be done. */
  call() {
    const { number, promise } = this.calls.begin("get");
    promise.then(
      ({ body }) => this.answered.push([number, body[0]]),
      () => {},
    );
    const ended = (before: Loan | undefined) => this.goesOn = before;
    const next = new Loan(this.#port, this.words, AT + 1, ended, this.loan);
    this.#last = next;
    const { lends, unlessBegun } = next.asked(number);
    assert(lends);
    return { number, promise, next, unlessBegun };
  }

  /** What was asked for comes. */
  came(...messages: number[]): void {
    this.#last.came(replyWith(FORM.VALUE, FIRST, messages));
  }

  /** The hub wants it back, and the link's worker answers; how many have begun. */
  recall(): number {
    return Atomics.or(this.words, AT, RECALLED) & RECALLED - 1;
  }
}

function replyWith(form: number, number: number, messages: number[]): Reply {
  const body = packBatch(messages.map((value) => Uint8Array.of(value)));
  const kind = TELL.RETURNED;
  return { kind, form, carries: false, epoch: 0, number, extra: 0, body };
}

/** One of two messages has been got, and the other is the last, at which more is asked for. */
async function usedUp(): Promise<Borrowed> {
  const borrowed = new Borrowed(1, 2, 3);
  assertEquals(await borrowed.loan.next(), Uint8Array.of(2));
  assertFalse(borrowed.loan.mayBring);
  assertEquals(await borrowed.loan.next(), Uint8Array.of(3));
  assertEquals(borrowed.sent.splice(0), ["begun 2 and more", "begun 3"]);
  assertEquals(borrowed.loan.next(), undefined);
  assert(borrowed.loan.mayBring);
  return borrowed;
}

Deno.test("Loan gives what comes to the call that waits for it, and then to others", async () => {
  const borrowed = await usedUp();
  const { number, next, unlessBegun } = borrowed.call();
  assert(unlessBegun);
  assertEquals(borrowed.sent.splice(0), ["begun 4"]);
  borrowed.came(4, 5, 6);
  assert(await next.told);
  assertEquals(borrowed.answered, [[number, 4]]);
  const given = replyWith(FORM.VALUE, number, []);
  assertEquals(next.first(given), given);
  assertEquals(borrowed.goesOn, borrowed.loan);
  assertEquals(await borrowed.loan.next(), Uint8Array.of(5));
  assertEquals(borrowed.sent, ["begun 5 and more"]);
  assertFalse(borrowed.isOver);
});

Deno.test("Loan is over if nothing comes, and leaves the call that waits to the hub", async () => {
  const borrowed = await usedUp();
  const { number, next } = borrowed.call();
  borrowed.came();
  assertEquals(next.told, undefined);
  assertEquals(borrowed.answered, []);
  assert(borrowed.isOver);
  const lent = next.first(replyWith(FORM.BATCH, number, [4, 5]));
  assertEquals(lent.body, Uint8Array.of(4));
  assertEquals(await next.next(), Uint8Array.of(5));
  assertEquals(borrowed.sent, ["begun 4", "begun 2"]);
});

Deno.test("Loan is over with the call that it was asked for by, if neither brings any", async () => {
  const borrowed = await usedUp();
  const { number, next } = borrowed.call();
  borrowed.came();
  next.first(replyWith(FORM.VALUE, number, []));
  assertEquals(borrowed.goesOn, undefined);
  assertEquals(borrowed.words[AT + 1 + LOAN_COUNT], 0);
});

Deno.test("Loan is used up before more is asked for again, if what comes is one message", async () => {
  const borrowed = await usedUp();
  const { number, next } = borrowed.call();
  borrowed.came(4);
  await next.told;
  assertEquals(borrowed.answered, [[number, 4]]);
  assertFalse(borrowed.loan.mayBring);
  assertEquals(borrowed.loan.next(), undefined);
  assert(borrowed.isOver);
});

Deno.test("Loan begins nothing for a call once it is recalled", async () => {
  const borrowed = await usedUp();
  assertEquals(borrowed.recall(), 3);
  assertFalse(borrowed.call().unlessBegun);
  assertEquals(borrowed.sent, ["kept 3"]);
  assert(borrowed.isOver);
});

Deno.test("Loan gives the call that waits its message, though it is recalled before that comes", async () => {
  const borrowed = await usedUp();
  const { number, next } = borrowed.call();
  assertEquals(borrowed.recall(), 4);
  borrowed.came(4, 5);
  await next.told;
  assertEquals(borrowed.answered, [[number, 4]]);
  assertEquals(borrowed.loan.next(), undefined);
  assertEquals(borrowed.sent, ["begun 4", "kept 4"]);
  assert(borrowed.isOver);
});

Deno.test("Loan that goes back while a call waits for it keeps that one's message", async () => {
  const borrowed = await usedUp();
  const { number, next } = borrowed.call();
  assertFalse(borrowed.loan.mayBring);
  borrowed.loan.giveBack();
  borrowed.loan.giveBack();
  assertEquals(borrowed.sent, ["begun 4", "kept 4"]);
  // Its words are its own until then.
  assertFalse(borrowed.isOver);
  assertEquals(borrowed.words[AT + LOAN_COUNT], FIRST);
  borrowed.came(4, 5);
  await next.told;
  assertEquals(borrowed.answered, [[number, 4]]);
  assert(borrowed.isOver);
  assertEquals(borrowed.words[AT + LOAN_COUNT], 0);
});

Deno.test("Loan leaves the call that waits for it to fail if the hub ends", async () => {
  const borrowed = await usedUp();
  const { promise } = borrowed.call();
  borrowed.calls.end();
  borrowed.loan.giveBack();
  assertEquals(borrowed.loan.next(), undefined);
  assertEquals(borrowed.sent, ["begun 4"]);
  await assertRejects(() => promise, Error, "hub of this program has ended");
});
