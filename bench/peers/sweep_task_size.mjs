// Tasks per second through a pool of two, by how long a task computes.

import { more, onAll } from "./_pools.mjs";
import { QUICK, report, sample, tasksPerSecond } from "./_sample.mjs";

const SIZES = [0, 0.01, 0.1, 1, 10, 100];
const SAMPLE_MS = QUICK ? 200 : 400;
const MOST = 5_000;

const figures = {};
for (const ms of SIZES) {
  const count = Math.min(MOST, Math.max(4, Math.ceil(SAMPLE_MS / ms)));
  const peers = await onAll(
    more,
    (pool) =>
      sample(2, () => tasksPerSecond(count, () => pool.run("compute", ms))),
  );
  for (const [peer, samples] of Object.entries(peers)) {
    figures[`${peer}@${ms}`] = samples;
  }
}
report(figures);
