// Microseconds for a round trip when a message goes out only every 5 ms and both sides sleep.
//
// Each sample is the median of a batch. Both sides have talked without pauses before, as in a program
// that has been running for a while.

import {
  overPipe,
  overPipeSync,
  overSocket,
  type Trip,
} from "./_round_trips.ts";
import { QUICK, report, sample } from "./_sample.ts";

const TRIPS = QUICK ? 40 : 80;
const WARM_UP_TRIPS = 20_000;

async function measure(trip: Trip): Promise<number[]> {
  for (let n = 0; n < WARM_UP_TRIPS; n++) await trip();
  return await sample(3, async () => {
    const trips = [];
    for (let n = 0; n < TRIPS; n++) {
      await pause();
      const begin = performance.now();
      const done = trip();
      if (done !== undefined) await done;
      trips.push((performance.now() - begin) * 1e3);
    }
    return median(trips);
  });
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}

if (import.meta.main) {
  report({
    await: await overPipe(measure),
    sync: await overPipeSync(measure),
    socket: await overSocket(measure),
  });
}
