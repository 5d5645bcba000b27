// Megabytes per second through a queue, one process putting and one getting, by the size of a message.

import { Process, Queue } from "@parallel/multiprocessing";
import { QUICK, report } from "./_sample.ts";

/** Bytes of a message. */
const SIZES = [16, 256, 4_096, 65_536, 1_000_000, 10_000_000, 100_000_000];
/** Bytes that one sample moves, as far as its messages are neither too many nor too few. */
const SAMPLE_BYTES = QUICK ? 20_000_000 : 100_000_000;
const MOST = 20_000;
const SAMPLES = 2;

export async function consume(
  queue: Queue<Uint8Array>,
  done: Queue<boolean>,
  counts: number[],
) {
  for (const count of counts) {
    for (let n = 0; n < count; n++) await queue.get();
    await done.put(true);
  }
}

function countOf(size: number): number {
  return Math.min(MOST, Math.max(2, Math.ceil(SAMPLE_BYTES / size)));
}

if (import.meta.main) {
  const figures: Record<string, number[]> = {};
  for (const size of SIZES) {
    const [queue, done] = [new Queue<Uint8Array>(), new Queue<boolean>()];
    const count = countOf(size);
    const counts = Array<number>(SAMPLES + 1).fill(count);
    const process = new Process({
      target: consume,
      args: [queue, done, counts],
    });
    process.start();
    const message = new Uint8Array(size).fill(1);
    const samples: number[] = [];
    for (const _ of counts) {
      const begin = performance.now();
      for (let n = 0; n < count; n++) await queue.put(message);
      await done.get();
      samples.push(count * size / 1e6 / (performance.now() - begin) * 1e3);
    }
    await process.join();
    // The first one warms up.
    figures[`Queue@${size}`] = samples.slice(1);
  }
  report(figures);
}
