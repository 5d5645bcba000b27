import type { WaitOptions } from "../_internal/parking/mod.ts";
import type { Address } from "../_internal/sockets/mod.ts";

/** How to make a {@linkcode Manager}. A value of the wrong kind is a `TypeError`. */
export interface ManagerOptions {
  /** What it is called in messages. Default: `Manager-N`. */
  name?: string;
  /**
   * Where other programs can connect to it: the path of a Unix socket, or
   * `{ hostname, port }`; port 0 stands for any free one. Default: nowhere.
   *
   * The file of a socket goes with the manager, whatever ends it or the program; it stays
   * only if both are killed by SIGKILL at once, or on Windows. The next one there replaces
   * it, as a `Listener` does.
   */
  address?: Address;
  /**
   * What others must know to connect, as text or bytes; not empty. Default: a random
   * key that this program and the processes it starts have in common.
   */
  authKey?: string | Uint8Array;
  /**
   * The certificate and its private key, in PEM format, by which what goes over TCP
   * is encrypted; only with an address. Default: it is not.
   */
  tls?: { cert: string; key: string };
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
  authKey?: string | Uint8Array;
  /**
   * Connects by TLS, and trusts these certificates in PEM format besides those that
   * the system does. Default: what goes over TCP is not encrypted.
   */
  tls?: { caCerts?: string[] };
}
