// Times per second that two processes together add to one shared value.

import { type Connection, SharedValue } from "@parallel/multiprocessing";
import { perSecondInBoth } from "./_contended.ts";
import { QUICK, report } from "./_sample.ts";

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

function addInBoth(type: "i32" | "f64"): Promise<number[]> {
  return perSecondInBoth(new SharedValue(type, 0), add, EACH);
}

if (import.meta.main) {
  report({
    adds: await addInBoth("i32"),
    addsOfFloats: await addInBoth("f64"),
  });
}
