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

/**
 * How often a second two processes together do what `target` does with an object as often as it is
 * told, 0 times being the end; it answers each time.
 *
 * @param each How often each of them does it for a sample.
 */
export async function perSecondInBoth<T>(
  object: T,
  target: (object: T, connection: Connection<number>) => Promise<void>,
  each: number,
): Promise<number[]> {
  const workers = Array.from({ length: COUNT }, () => {
    const [here, there] = new Pipe<number>();
    const process = new Process({
      target,
      args: [object, there],
      daemon: true,
    });
    process.start();
    return { here, process };
  });

  const rates = await sample(3, async () => {
    const begin = performance.now();
    for (const { here } of workers) await here.send(each);
    for (const { here } of workers) await here.recv();
    return COUNT * each / (performance.now() - begin) * 1e3;
  });
  for (const { here, process } of workers) {
    await here.send(0);
    await process.join();
  }
  return rates;
}

/**
 * Reports how often a second two processes together acquire one of these, add to a number, and
 * release it.
 */
export async function reportContended(make: () => Acquirable): Promise<void> {
  report({
    await: await perSecondInBoth(make(), count, EACH),
    sync: await perSecondInBoth(make(), countSync, EACH),
  });
}
