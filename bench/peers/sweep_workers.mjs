// Tiny tasks per second through a pool, by how many workers it has.

import { setTimeout as delay } from "node:timers/promises";
import { more, onAll } from "./_pools.mjs";
import { QUICK, report, sample, tasksPerSecond } from "./_sample.mjs";

const WORKERS = QUICK ? [1, 2, 4, 8] : [1, 2, 4, 8, 16, 32, 64];
const TASKS = 5_000;
/** Milliseconds that each has to start, as this is about their work. */
const START_MS = 60;

const figures = {};
for (const workers of WORKERS) {
  const peers = await onAll(
    more,
    async (pool) => {
      await delay(START_MS * workers);
      return await sample(
        2,
        () => tasksPerSecond(TASKS, (n) => pool.run("increment", n)),
      );
    },
    { workers },
  );
  for (const [peer, samples] of Object.entries(peers)) {
    figures[`${peer}@${workers}`] = samples;
  }
}
report(figures);
