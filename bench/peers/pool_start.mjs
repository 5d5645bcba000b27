// Milliseconds from making a pool to its first result.

import { less, onEach } from "./_pools.mjs";
import { QUICK, report, sample } from "./_sample.mjs";

report(
  await onEach(less, (open) =>
    sample(QUICK ? 5 : 15, async () => {
      const begin = performance.now();
      const pool = open();
      await pool.run("increment", 1);
      const took = performance.now() - begin;
      await pool.close();
      return took;
    }), { processes: true }),
);
