// Megabytes per second that tasks carry to the workers of a pool of two, by the bytes of a task.

import { more, onAll } from "./_pools.mjs";
import { QUICK, report, sample, tasksPerSecond } from "./_sample.mjs";

const SIZES = [16, 256, 4_096, 65_536, 1_000_000, 10_000_000, 100_000_000];
const SAMPLE_BYTES = QUICK ? 20_000_000 : 100_000_000;
const MOST = 2_000;

const figures = {};
for (const size of SIZES) {
  const bytes = new Uint8Array(size).fill(1);
  const count = Math.min(MOST, Math.max(2, Math.ceil(SAMPLE_BYTES / size)));
  const peers = await onAll(more, async (pool) => {
    const tasks = await sample(
      2,
      () => tasksPerSecond(count, () => pool.run("size", bytes)),
    );
    return tasks.map((it) => it * size / 1e6);
  });
  for (const [peer, samples] of Object.entries(peers)) {
    figures[`${peer}@${size}`] = samples;
  }
}
report(figures);
