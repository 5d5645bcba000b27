// What the cases share that measure acquiring what nobody else wants. `_free.py` is the twin.

import { type Connection, Pipe, Process } from "@parallel/multiprocessing";
import { QUICK, report, sample } from "./_sample.ts";

const TIMES = QUICK ? 50_000 : 200_000;

/** A lock, or the like. */
interface Acquirable {
  acquire(): Promise<unknown>;
  acquireSync(): unknown;
  release(): void;
}

/** Has it too, but leaves it alone. */
export async function holdHandle(
  _acquirable: unknown,
  connection: Connection<boolean>,
) {
  await connection.send(true);
  await connection.recv();
}

/** Reports the microseconds to acquire and release it while a second process has it, too. */
export async function reportFree(acquirable: Acquirable): Promise<void> {
  const [here, there] = new Pipe<boolean>();
  const process = new Process({
    target: holdHandle,
    args: [acquirable, there],
    daemon: true,
  });
  process.start();
  await here.recv();

  report({
    await: await sample(5, async () => {
      const begin = performance.now();
      for (let n = 0; n < TIMES; n++) {
        await acquirable.acquire();
        acquirable.release();
      }
      return (performance.now() - begin) / TIMES * 1e3;
    }),
    sync: await sample(5, () => {
      const begin = performance.now();
      for (let n = 0; n < TIMES; n++) {
        acquirable.acquireSync();
        acquirable.release();
      }
      return (performance.now() - begin) / TIMES * 1e3;
    }),
  });
  await here.send(true);
  await process.join();
}
