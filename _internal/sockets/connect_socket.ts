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
  let isOver = false;
  const authenticated = (async () => {
    socket = new FramedSocket(
      await open(address, doing, tls),
      terms.maxReceive,
    );
    if (isOver) return socket.close();
    await answerChallenge(socket, terms, doing);
    socket.hold(false);
  })();
  try {
    await waitForPromise(authenticated, doing, wait);
    return socket!;
  } catch (error) {
    isOver = true;
    socket?.close();
    authenticated.catch(() => {});
    throw error;
  }
}

async function open(
  address: Address,
  doing: string,
  tls?: ConnectorTls,
): Promise<Deno.Conn> {
  try {
    if (typeof address === "string") {
      return await Deno.connect({ transport: "unix", path: address });
    }
    return tls === undefined
      ? await Deno.connect({ ...address })
      : await Deno.connectTls({ ...address, ...tls });
  } catch (error) {
    if (error instanceof Error) {
      error.message = `Cannot ${doing}: ${error.message}`;
    }
    throw error;
  }
}
