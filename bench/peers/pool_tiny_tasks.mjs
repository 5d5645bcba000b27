// Tasks per second through a pool, 20,000 tiny ones submitted one by one.

import { more, onAll } from "./_pools.mjs";
import { QUICK, report, sample } from "./_sample.mjs";

const TASKS = 20_000;

report(
  await onAll(more, (pool) =>
    sample(QUICK ? 2 : 5, async () => {
      const begin = performance.now();
      const results = [];
      for (let n = 0; n < TASKS; n++) results.push(pool.run("increment", n));
      await Promise.all(results);
      return TASKS / (performance.now() - begin) * 1e3;
    })),
);
