import type { TargetDescription } from "../_internal/launch/mod.ts";
import type { Address, ListenerTls } from "../_internal/sockets/mod.ts";
import type { Desk } from "./_desk.ts";

/** What the process of a manager is told when it starts. */
export interface ManagerSetup {
  readonly desk: Desk;
  readonly name: string;
  /** Classes and functions by the names that they are registered by. */
  readonly registered: ReadonlyMap<string, TargetDescription>;
  readonly listen: ListenSetup | undefined;
}

/** Where others than the program can reach the manager. */
export interface ListenSetup {
  readonly address: Address;
  readonly authKey: Uint8Array<ArrayBuffer>;
  readonly tls: ListenerTls | undefined;
}
