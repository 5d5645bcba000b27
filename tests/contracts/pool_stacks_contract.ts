import { assert, assertEquals } from "@std/assert";
import type { TaskPool } from "../../pool/mod.ts";
import type { CreatePool } from "./pool_contract.ts";

const never = async () => {
  await new Promise((resolve) => setTimeout(resolve, 600_000));
};

/** Fails in a worker. */
const failDeeply = (): never => {
  throw new Error("outer", {
    cause: new AggregateError([new RangeError("innermost")], "inner"),
  });
};

/** Calls in a function that stacks have by its name. */
async function calling(call: () => PromiseLike<unknown>): Promise<Error> {
  try {
    await call();
  } catch (error) {
    return error as Error;
  }
  throw new Error("it has not failed");
}

/** What stacks have of who has called, above what they have of a worker. */
function ownPart(error: Error): string {
  return error.stack!.split("--- in PoolWorker-")[0];
}

/** What the stacks of errors of a pool have. */
export function testPoolStacks(name: string, create: CreatePool): void {
  const test = (behaviour: string, run: () => Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, run);

  test("has who calls in the stack of an error, also of a short task", async () => {
    await using pool = create(1);
    for (let n = 0; n < 200; n++) await pool.apply(() => 1);
    const calls: Record<string, () => PromiseLike<unknown>> = {
      apply: () => pool.apply(failDeeply),
      all: () => Promise.all([1, pool.apply(failDeeply)]),
      map: () => pool.map(failDeeply, [1, 2] as never[]),
      imap: () => pool.imap(failDeeply, [1, 2] as never[]).next(),
    };
    for (const [how, call] of Object.entries(calls)) {
      const error = await calling(call);
      assertEquals(error.message, "outer");
      const own = ownPart(error);
      assert(own.includes("at async calling") || own.includes("at calling"));
      assert(own.includes("pool_stacks_contract.ts"), `${how}: ${own}`);
      assert(error.stack!.includes("--- in PoolWorker-1"), error.stack);
    }
  });

  test("has none of its own lines in the stacks of an error and its causes", async () => {
    await using pool = create(1);
    const error = await calling(() => pool.apply(failDeeply));
    const inner = error.cause as AggregateError;
    const [innermost] = inner.errors as Error[];
    assertEquals(innermost.message, "innermost");
    for (const { stack } of [error, inner, innermost]) {
      assert(stack!.includes("inline-target"), stack);
      assert(!/\/pool\/_|\/_internal\/|data:/.test(stack!), stack);
    }
  });

  test("has who calls in the stack of an error of its own", async () => {
    await using pool = create(1);
    const failures: ((pool: TaskPool) => PromiseLike<unknown>)[] = [
      (pool) => pool.apply(never, [], { timeout: 1 }),
      (pool) => pool.map(never, [1] as never[], { timeout: 1 }),
      (pool) => pool.apply(() => Deno.exit(3)),
    ];
    for (const fail of failures) {
      const error = await calling(() => fail(pool));
      const [title, ...frames] = error.stack!.split("\n");
      assertEquals(title, `${error.name}: ${error.message}`);
      const at = frames.findIndex((it) => it.includes("at calling"));
      assert(at >= 0, error.stack);
      // Who calls may have been resumed by a timer, whose frames then stand below its own.
      assert(
        !frames.slice(0, at).some((it) => it.includes("ext:")),
        error.stack,
      );
      assert(!/\/pool\/_/.test(error.stack!), error.stack);
    }
    for (let n = 0; n < 200; n++) await pool.apply(() => 1);
    const short = await calling(() => pool.apply(() => Deno.exit(3)));
    assertEquals(short.name, "WorkerDiedError");
    assert(/at (?:async )?calling/.test(short.stack!), short.stack);
  });

  test("has who has made it in the stack of an error of its initializer", async () => {
    const make = () =>
      create(1, {
        initializer: () => {
          throw new RangeError("not ready");
        },
      });
    await using pool = make();
    const error = await calling(() => pool.apply(() => 1));
    assertEquals(String(error), "RangeError: not ready");
    const own = ownPart(error);
    assert(/at make.*pool_stacks_contract/.test(own), error.stack);
    assert(!/\/pool\/_/.test(error.stack!), error.stack);
  });
}
