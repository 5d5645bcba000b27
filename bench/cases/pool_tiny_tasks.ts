// Tasks per second through a pool, 20,000 tiny ones submitted one by one.

import { QUICK, report, sample } from "./_sample.ts";
import { increment, withBoth } from "./_pool_work.ts";

const TASKS = 20_000;

if (import.meta.main) {
  const { pool, threads } = await withBoth((pool) =>
    sample(QUICK ? 2 : 5, async () => {
      const begin = performance.now();
      const results: Promise<number>[] = [];
      for (let n = 0; n < TASKS; n++) results.push(pool.apply(increment, [n]));
      await Promise.all(results);
      return TASKS / (performance.now() - begin) * 1e3;
    })
  );
  report({ pool, threads });
}
