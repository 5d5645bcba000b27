// Microseconds for a small message to go to another process and back, one after the other.

import { backend } from "@parallel/multiprocessing";
import {
  overPipe,
  overPipeSync,
  overSocket,
  type Trip,
} from "./_round_trips.ts";
import { QUICK, report, sample } from "./_sample.ts";

const TRIPS = QUICK ? 2_000 : 5_000;

function measure(trip: Trip): Promise<number[]> {
  return sample(3, async () => {
    const begin = performance.now();
    for (let n = 0; n < TRIPS; n++) {
      const done = trip();
      if (done !== undefined) await done;
    }
    return (performance.now() - begin) / TRIPS * 1e3;
  });
}

if (import.meta.main) {
  // At a hub only the form is measured that does not block, beside what it is made of.
  report(
    backend() === "hub"
      ? { await: await overPipe(measure), socket: await overSocket(measure) }
      : { await: await overPipe(measure), sync: await overPipeSync(measure) },
  );
}
