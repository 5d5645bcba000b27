import { waitForPromise, type WaitOptions } from "../parking/mod.ts";
import { type Address, describeAddress } from "./address.ts";
import { FramedSocket } from "./framed_socket.ts";
import { answerChallenge, type SocketTerms } from "./handshake.ts";

/** How a connector encrypts, and whom it trusts. */
export interface ConnectorTls {
  /** Certificates in PEM format to trust, besides those that the system does. */
  readonly caCerts?: string[];
}

/**
 * Connects to a listener; both sides prove that they know the key.
 *
 * @throws {AuthenticationError} if either cannot
 * @throws {DOMException} `TimeoutError` if that takes too long
 */
export async function connectSocket(
  address: Address,
  terms: SocketTerms,
  wait?: WaitOptions,
  tls?: ConnectorTls,
): Promise<FramedSocket> {
  const doing = `connect to ${describeAddress(address)}`;
  let socket: FramedSocket | undefined;
  const givenUp = new AbortController();
  const authenticated = (async () => {
    socket = new FramedSocket(
      await open(address, doing, givenUp.signal, tls),
      terms.maxReceive,
    );
    if (givenUp.signal.aborted) return socket.close();
    await answerChallenge(socket, terms, doing);
    socket.hold(false);
  })();
  try {
    await waitForPromise(authenticated, doing, wait);
    return socket!;
  } catch (error) {
    authenticated.catch(() => {});
    // Otherwise the program would go on until the system gives up, too.
    if (socket === undefined) givenUp.abort();
    else socket.close();
    throw error;
  }
}

async function open(
  address: Address,
  doing: string,
  signal: AbortSignal,
  tls?: ConnectorTls,
): Promise<Deno.Conn> {
  try {
    if (typeof address === "string") {
      return await Deno.connect({ transport: "unix", path: address });
    }
    const conn = await Deno.connect({ ...address, signal });
    if (tls === undefined) return conn;
    const { hostname } = address;
    return await Deno.startTls(conn, { hostname, ...tls });
  } catch (error) {
    if (error instanceof Error && !signal.aborted) {
      error.message = `Cannot ${doing}: ${error.message}`;
    }
    throw error;
  }
}
