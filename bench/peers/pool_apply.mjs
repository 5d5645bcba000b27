// Microseconds of one awaited call through a pool.

import { less, onAll } from "./_pools.mjs";
import { QUICK, report, sample } from "./_sample.mjs";

const CALLS = QUICK ? 500 : 2_000;

report(
  await onAll(less, (pool) =>
    sample(5, async () => {
      const begin = performance.now();
      for (let n = 0; n < CALLS; n++) await pool.run("increment", n);
      return (performance.now() - begin) / CALLS * 1e3;
    })),
);
