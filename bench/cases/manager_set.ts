// Microseconds to set a key of a dictionary in a manager, awaited; sets per second when many are
// under way; milliseconds to read a list of 100,000 numbers.

import { Manager } from "@parallel/multiprocessing";
import { QUICK, report, sample } from "./_sample.ts";

const AWAITED = QUICK ? 1_000 : 5_000;
const PIPELINED = 10_000;
const NUMBERS = 100_000;

if (import.meta.main) {
  await using manager = new Manager();
  const dict = manager.dict<string, number>();
  const list = manager.list(Array.from({ length: NUMBERS }, (_, n) => n));

  const set = await sample(5, async () => {
    const begin = performance.now();
    for (let n = 0; n < AWAITED; n++) await dict.set("key", n);
    return (performance.now() - begin) / AWAITED * 1e3;
  });
  const sets = await sample(5, async () => {
    const begin = performance.now();
    const all: Promise<void>[] = [];
    for (let n = 0; n < PIPELINED; n++) all.push(dict.set("key", n));
    await Promise.all(all);
    return PIPELINED / (performance.now() - begin) * 1e3;
  });
  const read = await sample(5, async () => {
    const begin = performance.now();
    await list.toArray();
    return performance.now() - begin;
  });
  report({ set, sets, read });
}
