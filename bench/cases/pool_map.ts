// Numbers per second through `map`, 200,000 of them, with the default chunk size.

import { QUICK, report, sample } from "./_sample.ts";
import { increment, withBoth } from "./_pool_work.ts";

const NUMBERS = Array.from({ length: 200_000 }, (_, n) => n);

if (import.meta.main) {
  const { pool, threads } = await withBoth((pool) =>
    sample(QUICK ? 2 : 5, async () => {
      const begin = performance.now();
      await pool.map(increment, NUMBERS);
      return NUMBERS.length / (performance.now() - begin) * 1e3;
    })
  );
  report({ pool, threads });
}
