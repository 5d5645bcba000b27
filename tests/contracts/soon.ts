import { assert } from "@std/assert";

/** Less than the milliseconds after which who is parked looks without being woken. */
export const SOON_MS = 400;
const TIMES = 5;

/**
 * Checks that somebody is woken, and does not just look again after a while.
 *
 * @param run gives the milliseconds that it took
 */
export async function assertSoon(run: () => Promise<number>): Promise<void> {
  await assertBelow(SOON_MS, "ms", run);
}

/**
 * Checks something that a busy machine makes larger: of a few times it lets one be below the limit.
 *
 * @param what the unit, for the message
 * @param run gives how much it was
 */
export async function assertBelow(
  limit: number,
  what: string,
  run: () => number | Promise<number>,
): Promise<void> {
  const found: number[] = [];
  do found.push(await run()); while (
    !(found.at(-1)! < limit) && found.length < TIMES
  );
  assert(
    found.at(-1)! < limit,
    `${found.join(", ")} ${what}, never below ${limit}`,
  );
}
