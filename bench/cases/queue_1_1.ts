// Messages per second through a queue, one process putting and one getting.

import { Process, Queue } from "@parallel/multiprocessing";
import { QUICK, report, sample } from "./_sample.ts";

type Message = (number | string | null)[];

const MESSAGE: Message = [42, null, "hello"];
const MESSAGES = QUICK ? 20_000 : 50_000;

export async function consume(
  queue: Queue<Message>,
  done: Queue<boolean>,
  messages: number,
) {
  for (;;) {
    for (let n = 0; n < messages; n++) await queue.get();
    await done.put(true);
  }
}

if (import.meta.main) {
  const queue = new Queue<Message>();
  const done = new Queue<boolean>();
  const process = new Process({
    target: consume,
    args: [queue, done, MESSAGES],
    daemon: true,
  });
  process.start();

  const messages = await sample(3, async () => {
    const begin = performance.now();
    for (let n = 0; n < MESSAGES; n++) await queue.put(MESSAGE);
    await done.get();
    return MESSAGES / (performance.now() - begin) * 1e3;
  });
  report({ messages });
  process.terminate();
  await process.join();
}
