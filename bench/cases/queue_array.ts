// Megabytes per second when 100 MB arrays of doubles go through a queue, one at a time.
//
// The clock runs from put until the other process says it has the array.

import { Process, Queue } from "@parallel/multiprocessing";
import { QUICK, report, sample } from "./_sample.ts";

const BYTES = 100_000_000;

export async function consume(
  queue: Queue<Float64Array>,
  confirmed: Queue<number>,
) {
  for (;;) {
    const values = await queue.get();
    await confirmed.put(values[0]! + values.at(-1)!);
  }
}

if (import.meta.main) {
  const queue = new Queue<Float64Array>();
  const confirmed = new Queue<number>();
  const process = new Process({
    target: consume,
    args: [queue, confirmed],
    daemon: true,
  });
  process.start();

  const values = new Float64Array(BYTES / Float64Array.BYTES_PER_ELEMENT);
  const array = await sample(QUICK ? 2 : 3, async () => {
    const begin = performance.now();
    await queue.put(values);
    await confirmed.get();
    return BYTES / 1e6 / (performance.now() - begin) * 1e3;
  });
  report({ array });
  process.terminate();
  await process.join();
}
