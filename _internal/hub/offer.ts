import type { Address } from "../sockets/mod.ts";

/** What sockets of hubs are for, see `SocketTerms`. */
export const PURPOSE = "hub";

/** Where all hubs listen, at any port that is free. */
export const LOOPBACK = { hostname: "127.0.0.1", port: 0 };

/**
 * Milliseconds that both sides have to prove that they know the key. A child that
 * comes with many others to a busy machine is slow.
 */
export const AUTH_MS = 30_000;

/** Where a hub listens. */
export interface HubPlaces {
  /** For those who may connect to anything; the other one if the host may not. */
  readonly own: Address;
  /** For those who may not: a port that can be named in a permission. */
  readonly loopback: { readonly hostname: string; readonly port: number };
}

/** What a client must know to reach its hub. */
export interface HubOffer {
  readonly places: HubPlaces;
  /** Which of the places it is to connect to. */
  readonly address: Address;
  /** The key that both must know, in hexadecimal digits. */
  readonly key: string;
  /** Who it is. */
  readonly ticket: string;
  /** The permission that it was given for this, and is to give back. */
  readonly revoke?: string;
}

/** What stands before the ticket of a thread: it cannot come once its process has ended. */
export const OF_THREAD = "thread:";

/** The first message of a connection. */
export interface Greeting {
  readonly ticket: string;
  /** Whether it is the second connection of the one with that ticket. */
  readonly isLink: boolean;
  /** The process that it comes from. */
  readonly pid: number;
}

/** The place for a client. */
export function addressIn(places: HubPlaces, mayConnect: boolean): Address {
  return mayConnect ? places.own : places.loopback;
}
