import type { WaitOptions } from "../_internal/parking/mod.ts";
import type { Address } from "../_internal/sockets/mod.ts";

/** How to make a {@linkcode Manager}. A value of the wrong kind is a `TypeError`. */
export interface ManagerOptions {
  /** What it is called in messages. Default: `Manager-N`. */
  name?: string | undefined;
  /**
   * Where other programs can connect to it: the path of a Unix socket, or
   * `{ hostname, port }`; port 0 stands for any free one. Default: nowhere.
   *
   * The file of a socket goes with the manager, whatever ends it or the program; it stays
   * only if both are killed by SIGKILL at once, if the program may not write its folder,
   * or on Windows. The next one there replaces it, as a `Listener` does.
   */
  address?: Address | undefined;
  /**
   * What others must know to connect, as text or bytes; not empty. Default: a random
   * key that this program and the processes it starts have in common.
   */
  authKey?: string | Uint8Array | undefined;
  /**
   * The certificate and its private key, in PEM format, by which what goes over TCP
   * is encrypted; only with an address of TCP. Default: it is not.
   */
  tls?: { cert: string; key: string } | undefined;
}

/**
 * How to connect to a manager of another program. A value of the wrong kind is a
 * `TypeError`.
 */
export interface ManagerConnectOptions extends WaitOptions {
  /**
   * What the manager was made with. Default: the key of this program, which those
   * that it starts have in common.
   */
  authKey?: string | Uint8Array | undefined;
  /**
   * Connects by TLS, and trusts these certificates in PEM format besides those that
   * the system does; only with an address of TCP. Default: what goes over TCP is not
   * encrypted.
   */
  tls?: { caCerts?: string[] | undefined } | undefined;
}

/** How to make a {@linkcode QueueProxy} or a {@linkcode JoinableQueueProxy}. */
export interface QueueProxyOptions {
  /** Most items that may wait, a whole number; 0 and `Infinity` for any number. Default: 0. */
  maxSize?: number | undefined;
}

/** How to make a {@linkcode BarrierProxy}. */
export interface BarrierProxyOptions {
  /**
   * Called by the manager when all are there, before any of them goes on. It is found as
   * the target of a `Process` is. Default: nothing is.
   */
  action?: (() => unknown) | undefined;
  /**
   * Milliseconds after which a wait that says nothing else is over, whoever waits.
   * Default: never.
   */
  timeout?: number | undefined;
}
