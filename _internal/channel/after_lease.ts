import { isTimeoutError, NOT_YET, Patience } from "../parking/mod.ts";
import type { Channel } from "./channel.ts";

/** Milliseconds that one is waited for who is to leave something to others. */
export const LEASE_MS = 100;

const DOING = "take";

/**
 * Attempts to take, again once the lease is over that has refused it, in a moment at
 * most: what it kept may be there then. Waits in the line of those who want to take;
 * should there be another lease by its turn, it is refused again, and wants that, too.
 */
export async function afterLease<T>(
  channel: Channel,
  attempt: () => T | typeof NOT_YET,
): Promise<T | typeof NOT_YET> {
  const { parking, getters } = channel;
  try {
    const { it } = await parking.wait(
      getters,
      unrefused(channel, attempt),
      new Patience(),
      DOING,
      { timeout: LEASE_MS },
    );
    return it;
  } catch (error) {
    return givenUp(error);
  }
}

/** The same, blocking the thread. */
export function afterLeaseSync<T>(
  channel: Channel,
  attempt: () => T | typeof NOT_YET,
): T | typeof NOT_YET {
  const { parking, getters } = channel;
  try {
    return parking.waitSync(
      getters,
      unrefused(channel, attempt),
      new Patience(),
      DOING,
      { timeout: LEASE_MS },
    ).it;
  } catch (error) {
    return givenUp(error);
  }
}

/** Nothing, if it has taken too long. */
function givenUp(error: unknown): typeof NOT_YET {
  if (isTimeoutError(error)) return NOT_YET;
  throw error;
}

/** What an attempt gives, be it nothing, unless a lease has refused it. */
function unrefused<T>(
  { leasing }: Channel,
  attempt: () => T | typeof NOT_YET,
): () => { readonly it: T | typeof NOT_YET } | typeof NOT_YET {
  return () => {
    const it = attempt();
    return it === NOT_YET && leasing.hasRefused ? NOT_YET : { it };
  };
}
