// Tasks per second that keep a processor busy: one after the other in this program, and by a pool.

import { QUICK, report, sample } from "./_sample.ts";
import { countSteps, withBoth } from "./_pool_work.ts";

/** A second of work or two: what slows down after a while is to show. */
const TASKS = QUICK ? 20 : 240;
/** Up to which number each task counts: five to ten milliseconds. */
const UP_TO = 30_000;

function perSecond(begin: number): number {
  return TASKS / (performance.now() - begin) * 1e3;
}

if (import.meta.main) {
  const tasks = Array.from({ length: TASKS }, () => UP_TO);
  const serial = await sample(3, () => {
    const begin = performance.now();
    tasks.map(countSteps);
    return perSecond(begin);
  });
  const { pool, threads } = await withBoth((pool) =>
    sample(3, async () => {
      const begin = performance.now();
      await pool.map(countSteps, tasks, { chunkSize: 1 });
      return perSecond(begin);
    })
  );
  report({ serial, pool, threads });
}
