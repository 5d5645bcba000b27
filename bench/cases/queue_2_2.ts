// Messages per second through a queue, two processes putting and two getting.

import {
  type Connection,
  Pipe,
  Process,
  Queue,
} from "@parallel/multiprocessing";
import { QUICK, report, sample } from "./_sample.ts";

type Message = (number | string | null)[];

const MESSAGE: Message = [42, null, "hello"];
const EACH = QUICK ? 10_000 : 25_000;

export async function produce(queue: Queue<Message>, go: Connection<number>) {
  for await (const times of go) {
    for (let n = 0; n < times; n++) await queue.put(MESSAGE);
  }
}

export async function consume(queue: Queue<Message>, go: Connection<number>) {
  for await (const times of go) {
    for (let n = 0; n < times; n++) await queue.get();
    await go.send(times);
  }
}

if (import.meta.main) {
  const queue = new Queue<Message>();
  const workers = [produce, produce, consume, consume].map((target) => {
    const [control, go] = new Pipe<number>();
    const process = new Process({ target, args: [queue, go], daemon: true });
    process.start();
    return { target, control, process };
  });
  const consumers = workers.filter(({ target }) => target === consume);

  const messages = await sample(3, async () => {
    const begin = performance.now();
    for (const { control } of workers) await control.send(EACH);
    for (const { control } of consumers) await control.recv();
    return 2 * EACH / (performance.now() - begin) * 1e3;
  });
  report({ messages });
  for (const { process } of workers) {
    process.terminate();
    await process.join();
  }
}
