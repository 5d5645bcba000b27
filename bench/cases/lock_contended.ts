// Times per second that two processes together acquire a lock, add to a number, and release it.

import {
  type Connection,
  Lock,
  Pipe,
  Process,
} from "@parallel/multiprocessing";
import { QUICK, report, sample } from "./_sample.ts";

const EACH = QUICK ? 100_000 : 300_000;

export async function count(lock: Lock, connection: Connection<number>) {
  let number = 0;
  for (let times; (times = await connection.recv()) > 0;) {
    for (let n = 0; n < times; n++) {
      await lock.acquire();
      number++;
      lock.release();
    }
    await connection.send(number);
  }
}

export async function countSync(lock: Lock, connection: Connection<number>) {
  let number = 0;
  for (let times; (times = await connection.recv()) > 0;) {
    for (let n = 0; n < times; n++) {
      lock.acquireSync();
      number++;
      lock.release();
    }
    await connection.send(number);
  }
}

async function countInBoth(target: typeof count): Promise<number[]> {
  const lock = new Lock();
  const workers = Array.from({ length: 2 }, () => {
    const [here, there] = new Pipe<number>();
    const process = new Process({ target, args: [lock, there], daemon: true });
    process.start();
    return { here, process };
  });

  const pairs = await sample(3, async () => {
    const begin = performance.now();
    for (const { here } of workers) await here.send(EACH);
    for (const { here } of workers) await here.recv();
    return 2 * EACH / (performance.now() - begin) * 1e3;
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
