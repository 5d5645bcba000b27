// Times per second that two processes notify each other in turn, each waiting for the other.

import {
  Condition,
  type Connection,
  Pipe,
  Process,
} from "@parallel/multiprocessing";
import { QUICK, report, sample } from "./_sample.ts";

const TURNS = QUICK ? 2_000 : 10_000;

export async function answer(
  condition: Condition,
  connection: Connection<number>,
) {
  for (let turns; (turns = await connection.recv()) > 0;) {
    using _guard = await condition.acquire();
    await connection.send(0);
    for (let n = 0; n < turns; n++) {
      await condition.wait();
      condition.notify();
    }
  }
}

export async function answerSync(
  condition: Condition,
  connection: Connection<number>,
) {
  for (let turns; (turns = await connection.recv()) > 0;) {
    using _guard = condition.acquireSync();
    connection.sendSync(0);
    for (let n = 0; n < turns; n++) {
      condition.waitSync();
      condition.notify();
    }
  }
}

async function play(
  target: typeof answer,
  turn: (condition: Condition) => Promise<void> | void,
): Promise<number[]> {
  const condition = new Condition();
  const [here, there] = new Pipe<number>();
  const process = new Process({ target, args: [condition, there] });
  process.start();
  const rates = await sample(3, async () => {
    await here.send(TURNS);
    await here.recv();
    using _guard = await condition.acquire();
    const begin = performance.now();
    for (let n = 0; n < TURNS; n++) {
      condition.notify();
      await turn(condition);
    }
    return TURNS / (performance.now() - begin) * 1e3;
  });
  await here.send(0);
  await process.join();
  return rates;
}

if (import.meta.main) {
  report({
    await: await play(answer, (condition) => condition.wait()),
    sync: await play(answerSync, (condition) => condition.waitSync()),
  });
}
