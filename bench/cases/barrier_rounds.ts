// Times per second that two processes meet at a barrier.

import {
  Barrier,
  type Connection,
  Pipe,
  Process,
} from "@parallel/multiprocessing";
import { QUICK, report, sample } from "./_sample.ts";

const ROUNDS = QUICK ? 2_000 : 10_000;

export async function meet(
  barrier: Barrier,
  connection: Connection<number>,
) {
  for (let rounds; (rounds = await connection.recv()) > 0;) {
    for (let n = 0; n <= rounds; n++) await barrier.wait();
  }
}

export async function meetSync(
  barrier: Barrier,
  connection: Connection<number>,
) {
  for (let rounds; (rounds = await connection.recv()) > 0;) {
    for (let n = 0; n <= rounds; n++) barrier.waitSync();
  }
}

async function run(
  target: typeof meet,
  meetOnce: (barrier: Barrier) => Promise<number> | number,
): Promise<number[]> {
  const barrier = new Barrier(2);
  const [here, there] = new Pipe<number>();
  const process = new Process({ target, args: [barrier, there] });
  process.start();
  const rates = await sample(3, async () => {
    await here.send(ROUNDS);
    await meetOnce(barrier);
    const begin = performance.now();
    for (let n = 0; n < ROUNDS; n++) await meetOnce(barrier);
    return ROUNDS / (performance.now() - begin) * 1e3;
  });
  await here.send(0);
  await process.join();
  return rates;
}

if (import.meta.main) {
  report({
    await: await run(meet, (barrier) => barrier.wait()),
    sync: await run(meetSync, (barrier) => barrier.waitSync()),
  });
}
