// Microseconds of one awaited call through a pool.

import { QUICK, report, sample } from "./_sample.ts";
import { increment, withBoth } from "./_pool_work.ts";

const CALLS = QUICK ? 500 : 2_000;

if (import.meta.main) {
  const { pool, threads } = await withBoth((pool) =>
    sample(5, async () => {
      const begin = performance.now();
      for (let n = 0; n < CALLS; n++) await pool.apply(increment, [n]);
      return (performance.now() - begin) / CALLS * 1e3;
    })
  );
  report({ pool, threads });
}
