// Times per second that two processes together take the one permit, add to a number, and give it back.

import {
  type Connection,
  Pipe,
  Process,
  Semaphore,
} from "@parallel/multiprocessing";
import { QUICK, report, sample } from "./_sample.ts";

const COUNT = 2;
const EACH = QUICK ? 100_000 : 300_000;

export async function count(
  semaphore: Semaphore,
  connection: Connection<number>,
) {
  let number = 0;
  for (let times; (times = await connection.recv()) > 0;) {
    for (let n = 0; n < times; n++) {
      await semaphore.acquire();
      number++;
      semaphore.release();
    }
    await connection.send(number);
  }
}

export async function countSync(
  semaphore: Semaphore,
  connection: Connection<number>,
) {
  let number = 0;
  for (let times; (times = await connection.recv()) > 0;) {
    for (let n = 0; n < times; n++) {
      semaphore.acquireSync();
      number++;
      semaphore.release();
    }
    await connection.send(number);
  }
}

async function countInBoth(target: typeof count): Promise<number[]> {
  const semaphore = new Semaphore(1);
  const workers = Array.from({ length: COUNT }, () => {
    const [here, there] = new Pipe<number>();
    const process = new Process({
      target,
      args: [semaphore, there],
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

if (import.meta.main) {
  report({
    await: await countInBoth(count),
    sync: await countInBoth(countSync),
  });
}
