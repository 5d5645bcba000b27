// Tasks per second through a pool, 20,000 tiny ones submitted one by one.

import { QUICK, report, sample, tasksPerSecond } from "./_sample.ts";
import { increment, withBoth } from "./_pool_work.ts";

const TASKS = 20_000;

if (import.meta.main) {
  const { pool, threads } = await withBoth((pool) =>
    sample(
      QUICK ? 2 : 5,
      () => tasksPerSecond(TASKS, (n) => pool.apply(increment, [n])),
    )
  );
  report({ pool, threads });
}
