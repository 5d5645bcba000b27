// Messages per second through a queue, by how many processes put and how many get.

import { Process, Queue } from "@parallel/multiprocessing";
import { QUICK, report } from "./_sample.ts";

const TOPOLOGIES = [[1, 1], [4, 1], [1, 4], [2, 2], [4, 4]];
/** Of one sample, shared among those who put and among those who get. */
const MESSAGES = QUICK ? 16_000 : 64_000;
const SAMPLES = 2;
const MESSAGE = [42, null, "hello"];

export async function produce(
  queue: Queue<unknown>,
  go: Queue<boolean>,
  count: number,
) {
  for await (const _ of go) {
    for (let n = 0; n < count; n++) await queue.put(MESSAGE);
  }
}

export async function consume(
  queue: Queue<unknown>,
  go: Queue<boolean>,
  count: number,
  done: Queue<boolean>,
) {
  for await (const _ of go) {
    for (let n = 0; n < count; n++) await queue.get();
    await done.put(true);
  }
}

if (import.meta.main) {
  const figures: Record<string, number[]> = {};
  for (const [producers, consumers] of TOPOLOGIES) {
    const [queue, done] = [new Queue<unknown>(), new Queue<boolean>()];
    // One for each, so that each begins once.
    const starts: Queue<boolean>[] = [];
    const start = (target: typeof consume, count: number) => {
      const go = new Queue<boolean>();
      starts.push(go);
      const process = new Process({
        target,
        args: [queue, go, count, done],
        daemon: true,
      });
      process.start();
      return process;
    };
    const processes = [
      ...Array.from(
        { length: producers },
        () => start(produce, MESSAGES / producers),
      ),
      ...Array.from(
        { length: consumers },
        () => start(consume, MESSAGES / consumers),
      ),
    ];
    const samples: number[] = [];
    for (let sample = 0; sample <= SAMPLES; sample++) {
      const begin = performance.now();
      for (const go of starts) await go.put(true);
      for (let n = 0; n < consumers; n++) await done.get();
      samples.push(MESSAGES / (performance.now() - begin) * 1e3);
    }
    figures[`Queue@${producers}→${consumers}`] = samples.slice(1);
    for (const process of processes) {
      process.kill();
      await process.join();
    }
  }
  report(figures);
}
