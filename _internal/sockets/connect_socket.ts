import { pause, waitForPromise, type WaitOptions } from "../parking/mod.ts";
import { type Address, describeAddress } from "./address.ts";
import { notAuthentic } from "./auth_key.ts";
import { FramedSocket, prepare } from "./framed_socket.ts";
import { answerChallenge, AUTH_MS, type SocketTerms } from "./handshake.ts";

/** Milliseconds between attempts to connect to who is busy: ever longer ones, up to the last. */
const FIRST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 50;

/** How a connector encrypts, and whom it trusts. */
export interface ConnectorTls {
  /** Certificates in PEM format to trust, besides those that the system does. */
  readonly caCerts?: string[];
}

/**
 * Connects to a listener; both sides prove that they know the key.
 *
 * @throws {AuthenticationError} if either cannot, or the listener does not in time
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
    await authenticate(socket, terms, doing);
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

/** Answers the listener, which has its time from when the socket is open. */
async function authenticate(
  socket: FramedSocket,
  terms: SocketTerms,
  doing: string,
): Promise<void> {
  const { authTimeout = AUTH_MS } = terms;
  const { promise: over, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () =>
      reject(notAuthentic(
        doing,
        `what listens there was not authenticated within ${authTimeout} ms`,
      )),
    authTimeout,
  );
  try {
    await Promise.race([answerChallenge(socket, terms, doing), over]);
  } finally {
    clearTimeout(timer);
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
      return await connectToPath(address, signal);
    }
    const conn = await Deno.connect({ ...address, signal });
    if (tls === undefined) return conn;
    prepare(conn);
    const { hostname } = address;
    return await Deno.startTls(conn, { hostname, ...tls });
  } catch (error) {
    if (error instanceof Error && !signal.aborted) {
      error.message = `Cannot ${doing}: ${error.message}`;
    }
    throw error;
  }
}

/**
 * Connects to a Unix socket. If as many wait there as the system lets, it does not let
 * others wait as it does over TCP: they are to try again.
 */
async function connectToPath(
  path: string,
  signal: AbortSignal,
): Promise<Deno.Conn> {
  for (
    let ms = FIRST_PAUSE_MS;;
    ms = Math.min(2 * ms, LONGEST_PAUSE_MS)
  ) {
    try {
      return await Deno.connect({ transport: "unix", path });
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
    }
    await pause(ms);
    signal.throwIfAborted();
  }
}
