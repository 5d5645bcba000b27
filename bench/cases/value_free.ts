// Microseconds to add to a shared value that nobody else adds to.
//
// A second process has the value too, but leaves it alone.

import {
  type Connection,
  Pipe,
  Process,
  SharedValue,
} from "@parallel/multiprocessing";
import { QUICK, report, sample } from "./_sample.ts";

const TIMES = QUICK ? 50_000 : 200_000;

export async function holdHandle(
  _values: unknown[],
  connection: Connection<boolean>,
) {
  await connection.send(true);
  await connection.recv();
}

if (import.meta.main) {
  const integer = new SharedValue("i32", 0);
  const float = new SharedValue("f64", 0);
  const [here, there] = new Pipe<boolean>();
  const process = new Process({
    target: holdHandle,
    args: [[integer, float], there],
    daemon: true,
  });
  process.start();
  await here.recv();

  const measure = (add: () => void) => () => {
    const begin = performance.now();
    for (let n = 0; n < TIMES; n++) add();
    return (performance.now() - begin) / TIMES * 1e3;
  };
  report({
    add: await sample(5, measure(() => integer.add(1))),
    addFloat: await sample(5, measure(() => float.add(1))),
  });
  await here.send(true);
  await process.join();
}
