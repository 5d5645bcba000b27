// Microseconds to acquire and release a permit that nobody else wants.
//
// A second process has the semaphore too, but leaves it alone.

import {
  type Connection,
  Pipe,
  Process,
  Semaphore,
} from "@parallel/multiprocessing";
import { QUICK, report, sample } from "./_sample.ts";

const TIMES = QUICK ? 50_000 : 200_000;

export async function holdHandle(
  _semaphore: Semaphore,
  connection: Connection<boolean>,
) {
  await connection.send(true);
  await connection.recv();
}

if (import.meta.main) {
  const semaphore = new Semaphore(2);
  const [here, there] = new Pipe<boolean>();
  const process = new Process({
    target: holdHandle,
    args: [semaphore, there],
    daemon: true,
  });
  process.start();
  await here.recv();

  report({
    await: await sample(5, async () => {
      const begin = performance.now();
      for (let n = 0; n < TIMES; n++) {
        await semaphore.acquire();
        semaphore.release();
      }
      return (performance.now() - begin) / TIMES * 1e3;
    }),
    sync: await sample(5, () => {
      const begin = performance.now();
      for (let n = 0; n < TIMES; n++) {
        semaphore.acquireSync();
        semaphore.release();
      }
      return (performance.now() - begin) / TIMES * 1e3;
    }),
  });
  await here.send(true);
  await process.join();
}
