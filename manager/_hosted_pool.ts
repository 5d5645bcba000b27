import { describedTarget } from "../_internal/lanes/mod.ts";
import type { Pool } from "../pool/mod.ts";
import type { Call } from "./_call.ts";
import { whenFound } from "./_find_target.ts";
import { hostedType } from "./_hosted.ts";

type Anything = (...args: unknown[]) => unknown;

/** Pools for others. */
export const POOL = hostedType<Pool>(
  "PoolProxy",
  async ({ args: [processes] }) => {
    // Few managers have pools.
    const { Pool } = await import("../pool/mod.ts");
    return await whenFound(() => new Pool(processes as number | undefined));
  },
  {
    apply: (pool, [fn, args, options], call) =>
      pool.apply(targetOf(fn, call), args as unknown[], options ?? {}),
    map: (pool, [fn, items, options], call) =>
      pool.map(targetOf(fn, call), items as unknown[], options ?? {}),
    starmap: (pool, [fn, items, options], call) =>
      pool.starmap(targetOf(fn, call), items as unknown[][], options ?? {}),
    close: (pool) => pool.close(),
    terminate: (pool) => pool.terminate(),
    join: (pool) => pool.join(),
  },
  (pool) => pool.terminate(),
);

/** What stands for a function that somebody has told the manager of. */
function targetOf(number: unknown, call: Call): Anything {
  const told = call.told(number);
  return (told.target ??= describedTarget(told.description)) as Anything;
}
