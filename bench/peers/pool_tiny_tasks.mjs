// Tasks per second through a pool, 20,000 tiny ones submitted one by one.

import { more, onAll } from "./_pools.mjs";
import { QUICK, report, sample, tasksPerSecond } from "./_sample.mjs";

const TASKS = 20_000;

report(
  await onAll(
    more,
    (pool) =>
      sample(
        QUICK ? 2 : 5,
        () => tasksPerSecond(TASKS, (n) => pool.run("increment", n)),
      ),
    { processes: true },
  ),
);
