import { assert } from "@std/assert";

/** Less than the milliseconds after which who is parked looks without being woken. */
const SOON_MS = 400;
const TIMES = 5;

/**
 * Checks that somebody is woken, and does not just look again after a while. Of a few times a busy
 * machine lets one be in time.
 *
 * @param run gives the milliseconds that it took
 */
export async function assertSoon(run: () => Promise<number>): Promise<void> {
  const took: number[] = [];
  do took.push(await run()); while (
    took.at(-1)! >= SOON_MS && took.length < TIMES
  );
  assert(took.at(-1)! < SOON_MS, `after ${took} ms`);
}
