// Tasks per second that keep a processor busy.

import { more, onAll } from "./_pools.mjs";
import { QUICK, report, sample } from "./_sample.mjs";

/** A second of work or two: what slows down after a while is to show. */
const TASKS = QUICK ? 20 : 240;
const UP_TO = 30_000;

report(
  await onAll(more, (pool) =>
    sample(3, async () => {
      const begin = performance.now();
      const tasks = Array.from(
        { length: TASKS },
        () => pool.run("countSteps", UP_TO),
      );
      await Promise.all(tasks);
      return TASKS / (performance.now() - begin) * 1e3;
    })),
);
