import type { Desk } from "./_desk.ts";
import { LocalReception } from "./_local_reception.ts";
import { RelayedReception } from "./_relayed_reception.ts";

/** What a server is told at its desk. */
export interface ReceptionEvents {
  /** Somebody has asked for something; the message is valid during the call only. */
  asked(message: Uint8Array): void;
  /** A client has ended. */
  ended(id: number, well: boolean): void;
  /** Nobody refers to an object any more, and all that was asked of it is done. */
  gone(cell: number, generation: number): void;
}

/** Receives those who come to the desk of a manager. */
export interface Reception {
  /** The value in a part of a request; a promise of it if it needs modules. */
  decode(bytes: Uint8Array): unknown;
  /** Has the end of a client told. */
  lookForClient(id: number): void;
  /** Whether a client is known to have ended, though that is perhaps not told yet. */
  hasEnded(id: number): boolean;
  /** Has it told when nobody refers to an object any more. */
  lookForObject(cell: number, generation: number): void;
  /** Tells what comes until {@linkcode stop} is called. */
  run(): Promise<void>;
  stop(): void;
}

/** Opens the reception of a desk. */
export function openReception(desk: Desk, events: ReceptionEvents): Reception {
  return desk.isRelayed
    ? new RelayedReception(desk, events)
    : new LocalReception(desk, events);
}
