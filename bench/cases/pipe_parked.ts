// Microseconds for a round trip when a message goes out only every 5 ms and both sides sleep.
//
// Each sample is the median of a batch. Both sides have talked without pauses before, as in a program
// that has been running for a while.

import { type Connection, Pipe, Process } from "@parallel/multiprocessing";
import { QUICK, report, sample } from "./_sample.ts";

type Message = (number | string | null)[] | null;

const MESSAGE: Message = [42, null, "hello"];
const TRIPS = QUICK ? 40 : 80;
const WARM_UP_TRIPS = 20_000;

export async function echo(connection: Connection<Message>) {
  let message;
  while ((message = await connection.recv()) !== null) {
    await connection.send(message);
  }
}

export function echoSync(connection: Connection<Message>) {
  let message;
  while ((message = connection.recvSync()) !== null) {
    connection.sendSync(message);
  }
}

async function parkedRoundTrip(here: Connection<Message>): Promise<number> {
  const trips = [];
  for (let n = 0; n < TRIPS; n++) {
    await pause();
    const begin = performance.now();
    await here.send(MESSAGE);
    await here.recv();
    trips.push((performance.now() - begin) * 1e3);
  }
  return median(trips);
}

async function parkedRoundTripSync(here: Connection<Message>): Promise<number> {
  const trips = [];
  for (let n = 0; n < TRIPS; n++) {
    await pause();
    const begin = performance.now();
    here.sendSync(MESSAGE);
    here.recvSync();
    trips.push((performance.now() - begin) * 1e3);
  }
  return median(trips);
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}

if (import.meta.main) {
  const figures: Record<string, number[]> = {};
  for (
    const { name, target, measure } of [
      { name: "await", target: echo, measure: parkedRoundTrip },
      { name: "sync", target: echoSync, measure: parkedRoundTripSync },
    ]
  ) {
    const [here, there] = new Pipe<Message>();
    const process = new Process({ target, args: [there], daemon: true });
    process.start();
    for (let n = 0; n < WARM_UP_TRIPS; n++) {
      await here.send(MESSAGE);
      await here.recv();
    }
    figures[name] = await sample(3, () => measure(here));
    await here.send(null);
    await process.join();
  }
  report(figures);
}
