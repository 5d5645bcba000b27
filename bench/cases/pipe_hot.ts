// Microseconds for a small message to go to another process and back, one after the other.

import {
  backend,
  type Connection,
  Pipe,
  Process,
} from "@parallel/multiprocessing";
import { QUICK, report, sample } from "./_sample.ts";

type Message = (number | string | null)[] | null;

const MESSAGE: Message = [42, null, "hello"];
const TRIPS = QUICK ? 2_000 : 5_000;

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

async function roundTrip(here: Connection<Message>): Promise<number> {
  const begin = performance.now();
  for (let n = 0; n < TRIPS; n++) {
    await here.send(MESSAGE);
    await here.recv();
  }
  return (performance.now() - begin) / TRIPS * 1e3;
}

function roundTripSync(here: Connection<Message>): number {
  const begin = performance.now();
  for (let n = 0; n < TRIPS; n++) {
    here.sendSync(MESSAGE);
    here.recvSync();
  }
  return (performance.now() - begin) / TRIPS * 1e3;
}

if (import.meta.main) {
  const figures: Record<string, number[]> = {};
  const forms = [
    { name: "await", target: echo, measure: roundTrip },
    { name: "sync", target: echoSync, measure: roundTripSync },
  ];
  // At a hub only the form is measured that does not block.
  if (backend() === "hub") forms.pop();
  for (const { name, target, measure } of forms) {
    const [here, there] = new Pipe<Message>();
    const process = new Process({ target, args: [there], daemon: true });
    process.start();
    figures[name] = await sample(3, () => measure(here));
    await here.send(null);
    await process.join();
  }
  report(figures);
}
