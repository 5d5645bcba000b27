// Times per second that two processes together add to one shared value.

import {
  type Connection,
  Pipe,
  Process,
  SharedValue,
} from "@parallel/multiprocessing";
import { QUICK, report, sample } from "./_sample.ts";

const EACH = QUICK ? 300_000 : 1_000_000;

export async function add(
  value: SharedValue<"i32" | "f64">,
  connection: Connection<number>,
) {
  for (let times; (times = await connection.recv()) > 0;) {
    for (let n = 0; n < times; n++) value.add(1);
    await connection.send(times);
  }
}

async function addInBoth(type: "i32" | "f64"): Promise<number[]> {
  const value = new SharedValue(type, 0);
  const workers = Array.from({ length: 2 }, () => {
    const [here, there] = new Pipe<number>();
    const process = new Process({
      target: add,
      args: [value, there],
      daemon: true,
    });
    process.start();
    return { here, process };
  });
  const adds = await sample(3, async () => {
    const begin = performance.now();
    for (const { here } of workers) await here.send(EACH);
    for (const { here } of workers) await here.recv();
    return 2 * EACH / (performance.now() - begin) * 1e3;
  });
  for (const { here, process } of workers) {
    await here.send(0);
    await process.join();
  }
  return adds;
}

if (import.meta.main) {
  report({
    adds: await addInBoth("i32"),
    addsOfFloats: await addInBoth("f64"),
  });
}
