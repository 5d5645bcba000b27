// Numbers per second through a pool, 200,000 of them: by what a pool has for that, which is
// `mapExecute` of poolifier and a call for each number elsewhere; and in chunks that the program
// cuts, as large as those of our `map`, by a task that takes an array.

import { more, onAll } from "./_pools.mjs";
import { QUICK, report, sample } from "./_sample.mjs";

const COUNT = QUICK ? 20_000 : 200_000;
/** A call for each number takes seconds: fewer warm up, and one sample is taken. */
const FEW = 10_000;
const CHUNK = COUNT / 8;

const numbers = Array.from({ length: COUNT }, (_, n) => n);
const chunks = [];
for (let at = 0; at < COUNT; at += CHUNK) {
  chunks.push(numbers.slice(at, at + CHUNK));
}

async function perSecond(run) {
  const begin = performance.now();
  await run();
  return COUNT / (performance.now() - begin) * 1e3;
}

const figures = await onAll(more, async (pool) => {
  await pool.map("increment", numbers.slice(0, FEW));
  return [await perSecond(() => pool.map("increment", numbers))];
});
const chunked = await onAll(
  more,
  (pool) =>
    sample(5, () =>
      perSecond(async () => {
        const tasks = chunks.map((chunk) => pool.run("incrementAll", chunk));
        return (await Promise.all(tasks)).flat();
      })),
);
for (const [peer, samples] of Object.entries(chunked)) {
  figures[`${peer}, chunks`] = samples;
}
report(figures);
