import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertThrows,
} from "@std/assert";
import {
  type Barrier,
  type BarrierOptions,
  BrokenBarrierError,
  type WaitOptions,
} from "../../sync/mod.ts";
import { checkInterruptions } from "./interruptions.ts";
import { WRONG_TIMEOUTS } from "./wait_contract.ts";

const BROKEN = "Cannot wait at barrier: barrier is broken";

/** What a promise is rejected with. */
async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("It did not reject");
}

async function assertBroken(promise: Promise<unknown>, message: string) {
  const error = await failure(promise) as Error;
  assert(error instanceof BrokenBarrierError, String(error));
  assertEquals([error.name, error.message], ["BrokenBarrierError", message]);
}

/** What a form that blocks gives or throws, as the other form does. */
function asPromise<T>(call: () => T): Promise<T> {
  return new Promise((resolve) => resolve(call()));
}

function sorted(numbers: number[]): number[] {
  return numbers.toSorted((one, other) => one - other);
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}

/** An action that lasts until it is ended: `begun(n)` waits for call number n, and gives how to end it. */
function lastingAction() {
  const calls = Array.from(
    { length: 3 },
    () => Promise.withResolvers<() => void>(),
  );
  let count = 0;
  return {
    action: () => new Promise<void>((end) => calls[count++]!.resolve(end)),
    begun: (call: number): Promise<() => void> => calls[call]!.promise,
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** What a barrier does on every kind of memory. */
export function testBarrier(
  name: string,
  create: (parties: number, options?: BarrierOptions) => Barrier,
): void {
  const test = (behaviour: string, run: () => void | Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, run);

  /** One round, which must work. */
  const pass = async (barrier: Barrier) => {
    const waits = upTo(barrier.parties).map(() => barrier.wait());
    assertEquals(sorted(await Promise.all(waits)), upTo(barrier.parties));
  };

  test("gives everybody an index of its own, round after round", async () => {
    for (const parties of [1, 2, 3, 40]) {
      const barrier = create(parties);
      assertEquals(barrier.parties, parties);
      const rounds = 300;
      const indices = upTo(rounds).map((): number[] => []);
      await Promise.all(
        upTo(parties).map(async () => {
          for (let round = 0; round < rounds; round++) {
            indices[round].push(await barrier.wait());
          }
        }),
      );
      for (const each of indices) assertEquals(sorted(each), upTo(parties));
      assertEquals([barrier.waiting, barrier.broken], [0, false]);
    }
  });

  test("has room for six thousand", () => pass(create(6_000)));

  test("lets nobody go before all are there", async () => {
    const barrier = create(3);
    let gone = 0;
    const waits = [barrier.wait(), barrier.wait()];
    for (const wait of waits) wait.then(() => gone++);
    await pause(5);
    assertEquals([gone, barrier.waiting], [0, 2]);
    assertEquals(barrier.waitSync(), 2);
    assertEquals(sorted(await Promise.all(waits)), [0, 1]);
    assertEquals([gone, barrier.waiting], [2, 0]);
  });

  test("is no barrier for one party", async () => {
    const barrier = create(1);
    assertEquals([barrier.waitSync(), barrier.waitSync()], [0, 0]);
    assertEquals([await barrier.wait(), await barrier.wait()], [0, 0]);
    assertEquals(await barrier.wait({ timeout: 0 }), 0);
  });

  test("breaks when a wait times out, until it is reset", async () => {
    const barrier = create(3);
    for (
      const [wait, timeout] of [
        [(wait: WaitOptions) => barrier.wait(wait), 20],
        [(wait: WaitOptions) => barrier.wait(wait), 0],
        [(wait: WaitOptions) => asPromise(() => barrier.waitSync(wait)), 20],
        [(wait: WaitOptions) => asPromise(() => barrier.waitSync(wait)), -1],
      ] as const
    ) {
      const other = failure(barrier.wait());
      const error = await failure(wait({ timeout })) as Error;
      assertEquals([error.name, error.message], [
        "TimeoutError",
        `Cannot wait at barrier: timed out after ${Math.max(0, timeout)} ms`,
      ]);
      const late = `${BROKEN} as a party was not there in time`;
      await assertBroken(Promise.reject(await other), late);
      await assertBroken(barrier.wait(), late);
      assertThrows(() => barrier.waitSync(), BrokenBarrierError, late);
      assertEquals([barrier.broken, barrier.waiting], [true, 0]);
      barrier.reset();
      assertEquals([barrier.broken, barrier.waiting], [false, 0]);
      await pass(barrier);
    }
  });

  test("has a timeout for all waits that have none of their own", async () => {
    const barrier = create(2, { timeout: 20 });
    assertEquals(
      (await failure(barrier.wait()) as Error).message,
      "Cannot wait at barrier: timed out after 20 ms",
    );
    barrier.reset();
    const waiting = barrier.wait({ timeout: Infinity });
    await pause(40);
    assertEquals(barrier.waiting, 1);
    assertEquals([barrier.waitSync(), await waiting], [1, 0]);
  });

  test("checks the options of a wait before anything else", async () => {
    const barrier = create(2);
    for (const [wrong, kind] of WRONG_TIMEOUTS) {
      const timeout = wrong as number;
      await assertRejects(
        () => barrier.wait({ timeout }),
        TypeError,
        `Cannot wait: timeout is ${kind}, not a number`,
      );
      assertThrows(() => barrier.waitSync({ timeout }), TypeError);
    }
    const signal = AbortSignal.abort("no");
    assertEquals(await failure(barrier.wait({ signal })), "no");
    assertEquals([barrier.broken, barrier.waiting], [false, 0]);
  });

  test("is without a wait that is aborted as if that had not come", async () => {
    const barrier = create(4);
    for (let which = 0; which < 3; which++) {
      const controllers = upTo(3).map(() => new AbortController());
      const waits = controllers.map(({ signal }) => barrier.wait({ signal }));
      controllers[which].abort("enough");
      assertEquals(await failure(waits[which]), "enough");
      assertEquals([barrier.waiting, barrier.broken], [2, false]);
      const last = [barrier.wait(), barrier.wait()];
      waits.splice(which, 1);
      assertEquals(sorted(await Promise.all([...waits, ...last])), upTo(4));
      // Too late.
      for (const controller of controllers) controller.abort();
      assertEquals([barrier.waiting, barrier.broken], [0, false]);
    }
  });

  test("is without a wait that is aborted, also for the reason that another is broken", async () => {
    const barrier = create(2);
    const controller = new AbortController();
    const aborted = barrier.wait({ signal: controller.signal });
    const reason = new BrokenBarrierError("another");
    controller.abort(reason);
    assertEquals(await failure(aborted), reason);
    assertEquals(barrier.waiting, 0);
  });

  test("abort() breaks it for who waits and who comes", async () => {
    const barrier = create(3);
    const waits = [barrier.wait(), barrier.wait()];
    barrier.abort();
    for (const wait of waits) await assertBroken(wait, `${BROKEN} by abort()`);
    await assertBroken(barrier.wait(), `${BROKEN} by abort()`);
    barrier.abort();
    assertEquals([barrier.broken, barrier.waiting], [true, 0]);
    barrier.reset();
    await pass(barrier);
  });

  test("reset() sends those away who wait", async () => {
    const barrier = create(3);
    barrier.reset();
    const waits = [barrier.wait(), barrier.wait()];
    barrier.reset();
    // Before the others have noticed.
    const next = pass(barrier);
    for (const wait of waits) {
      await assertBroken(wait, "Cannot wait at barrier: barrier was reset");
    }
    await next;
    const broken = barrier.wait();
    barrier.abort();
    barrier.reset();
    // Whichever it has noticed: at a hub it may have been before the reset.
    const { message } = await assertRejects(() => broken, BrokenBarrierError);
    assertMatch(message, /barrier (was reset|is broken by abort\(\))$/);
    await pass(barrier);
  });

  test("lets go those of a round that is over, whatever comes then", async () => {
    const barrier = create(2);
    for (const then of ["abort", "reset"] as const) {
      const waiting = barrier.wait();
      barrier.waitSync();
      barrier[then]();
      barrier.reset();
      assertEquals(await waiting, 0);
    }
  });

  test("runs its action once a round, before anybody goes on", async () => {
    let acted = 0;
    const barrier = create(3, { action: () => acted++ });
    await Promise.all(
      upTo(3).map(async () => {
        for (let round = 1; round <= 100; round++) {
          await barrier.wait();
          assertEquals(acted, round);
          await barrier.wait();
          assertEquals(acted, ++round);
        }
      }),
    );
    assertEquals(acted, 100);
    const waiting = [barrier.wait(), barrier.wait()];
    assertEquals(barrier.waitSync(), 2);
    assertEquals([acted, ...await Promise.all(waiting)], [101, 0, 1]);
  });

  test("waits for an action that gives a promise", async () => {
    let acted = 0;
    const barrier = create(2, {
      action: async () => {
        await pause(5);
        acted++;
      },
    });
    await Promise.all(
      upTo(2).map(async () => {
        for (let round = 1; round <= 10; round++) {
          await barrier.wait();
          assertEquals(acted, round);
        }
      }),
    );
    const waiting = failure(barrier.wait());
    const error = assertThrows(() => barrier.waitSync(), TypeError);
    assertEquals(
      error.message,
      "Cannot run action of barrier: it gave a promise; use await wait()",
    );
    await assertBroken(
      Promise.reject(await waiting),
      `${BROKEN} as its action has failed`,
    );
    await pause(10);
  });

  test("breaks when its action fails, which its party is told", async () => {
    let fails = true;
    const barrier = create(2, {
      action() {
        if (fails) throw new Error("in the action");
      },
    });
    for (
      const last of [
        () => barrier.wait(),
        () => asPromise(() => barrier.waitSync()),
      ]
    ) {
      fails = true;
      const waiting = failure(barrier.wait());
      assertEquals((await failure(last()) as Error).message, "in the action");
      await assertBroken(
        Promise.reject(await waiting),
        `${BROKEN} as its action has failed`,
      );
      assertEquals(barrier.broken, true);
      barrier.reset();
      fails = false;
      await pass(barrier);
    }
  });

  test("takes who comes during an action for the next round", async () => {
    const { action, begun } = lastingAction();
    const barrier = create(2, { action });
    const first = [barrier.wait(), barrier.wait()];
    const endFirst = await begun(0);
    assertEquals(barrier.waiting, 2);
    const second = [barrier.wait(), barrier.wait(), barrier.wait()];
    const late = failure(barrier.wait({ timeout: 5 }));
    assertEquals((await late as Error).name, "TimeoutError");
    assertEquals(barrier.broken, false);
    assertEquals(barrier.waiting, 2);
    endFirst();
    assertEquals(await Promise.all(first), [0, 1]);
    (await begun(1))();
    assertEquals(await Promise.all(second.slice(0, 2)), [0, 1]);
    assertEquals(barrier.waiting, 1);
    const fourth = barrier.wait();
    (await begun(2))();
    assertEquals([await second[2], await fourth], [0, 1]);
  });

  for (const how of ["timeout", "signal", "abort", "reset"] as const) {
    test(`is broken during an action by ${how}`, async () => {
      const { action, begun } = lastingAction();
      let lasts = true;
      const barrier = create(2, { action: () => lasts ? action() : 0 });
      const controller = new AbortController();
      const options = {
        timeout: { timeout: 5 },
        signal: { signal: controller.signal },
        abort: {},
        reset: {},
      }[how];
      const waiting = failure(barrier.wait(options));
      const acting = failure(barrier.wait());
      // Time may be over before it begins.
      if (how !== "timeout") await begun(0);
      if (how === "signal") controller.abort("enough");
      if (how === "abort" || how === "reset") barrier[how]();
      const error = await waiting;
      const message = {
        timeout: `${BROKEN} as a party was not there in time`,
        signal: `${BROKEN} as a party gave up while the action ran`,
        abort: `${BROKEN} by abort()`,
        reset: "Cannot wait at barrier: barrier was reset",
      }[how];
      if (how === "signal") assertEquals(error, "enough");
      else if (how === "timeout") {
        assertEquals((error as Error).name, "TimeoutError");
      } else await assertBroken(Promise.reject(error), message);
      begun(0).then((end) => end());
      await assertBroken(Promise.reject(await acting), message);
      assertEquals(barrier.broken, how !== "reset");
      lasts = false;
      barrier.reset();
      await pass(barrier);
    });
  }

  test("says what it was told wrong", () => {
    for (
      const parties of [0, -1, 1.5, NaN, 2 ** 31]
    ) {
      const error = assertThrows(() => create(parties), RangeError);
      assertEquals(
        error.message,
        `Cannot create barrier: parties is ${parties}, not a whole number from 1 to 2147483647`,
      );
    }
    const action = "nothing" as unknown as () => void;
    assertEquals(
      assertThrows(() => create(1, { action }), TypeError).message,
      "Cannot create barrier: action is a string, not a function",
    );
    for (const [wrong, kind] of WRONG_TIMEOUTS) {
      const timeout = wrong as number;
      assertEquals(
        assertThrows(() => create(1, { timeout }), TypeError).message,
        `Cannot create barrier: timeout is ${kind}, not a number`,
      );
    }
  });

  test("lets timers and signals through while nobody has to wait", async () => {
    const barrier = create(1);
    await checkInterruptions(async (goesOn) => {
      while (goesOn()) await barrier.wait();
    });
  });
}
