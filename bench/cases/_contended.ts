// What the cases share that measure acquiring what two want. `_contended.py` is the twin.

import { type Connection, Pipe, Process } from "@parallel/multiprocessing";
import { QUICK, report, sample } from "./_sample.ts";

const COUNT = 2;
const EACH = QUICK ? 100_000 : 300_000;

/** A lock, or the like. */
interface Acquirable {
  acquire(): Promise<unknown>;
  acquireSync(): unknown;
  release(): void;
}

export async function count(
  acquirable: Acquirable,
  connection: Connection<number>,
) {
  let number = 0;
  for (let times; (times = await connection.recv()) > 0;) {
    for (let n = 0; n < times; n++) {
      await acquirable.acquire();
      number++;
      acquirable.release();
    }
    await connection.send(number);
  }
}

export async function countSync(
  acquirable: Acquirable,
  connection: Connection<number>,
) {
  let number = 0;
  for (let times; (times = await connection.recv()) > 0;) {
    for (let n = 0; n < times; n++) {
      acquirable.acquireSync();
      number++;
      acquirable.release();
    }
    await connection.send(number);
  }
}

async function countInBoth(
  acquirable: Acquirable,
  target: typeof count,
): Promise<number[]> {
  const workers = Array.from({ length: COUNT }, () => {
    const [here, there] = new Pipe<number>();
    const process = new Process({
      target,
      args: [acquirable, there],
      daemon: true,
    });
    process.start();
    return { here, process };
  });

  const pairs = await sample(3, async () => {
    const begin = performance.now();
    for (const { here } of workers) await here.send(EACH);
    for (const { here } of workers) await here.recv();
    return COUNT * EACH / (performance.now() - begin) * 1e3;
  });
  for (const { here, process } of workers) {
    await here.send(0);
    await process.join();
  }
  return pairs;
}

/**
 * Reports how often a second two processes together acquire one of these, add to a number, and
 * release it.
 */
export async function reportContended(make: () => Acquirable): Promise<void> {
  report({
    await: await countInBoth(make(), count),
    sync: await countInBoth(make(), countSync),
  });
}
