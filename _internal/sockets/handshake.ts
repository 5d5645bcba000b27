import { AuthenticationError } from "./authentication_error.ts";
import { notAuthentic } from "./auth_key.ts";
import type { FramedSocket } from "./framed_socket.ts";

/*
 * Both sides prove that they know the key without showing it:
 *
 * listener   hello
 * connector  hello, proof of the connector
 * listener   1 and proof of the listener; or 0, and no more
 *
 * hello      4 bytes   magic, the last of them the version
 *            4 bytes   most bytes of a message that this side takes
 *            32 bytes  a random number
 * proof      32 bytes  HMAC-SHA-256 of label, listener's hello, connector's hello
 *
 * The label names the purpose and the side: a proof is of no use to the other side,
 * nor where a socket is for something else. The random numbers make it of no use
 * another time. Everything has a fixed length, so who is not authenticated cannot
 * make anybody reserve memory.
 */

const MAGIC = new Uint8Array([0x6d, 0x70, 0x73, 1]);
const VERSION_AT = MAGIC.length - 1;
const LIMIT_AT = MAGIC.length;
const RANDOM_AT = LIMIT_AT + 4;
const HELLO_BYTES = RANDOM_AT + 32;
/** Bytes of a proof. */
export const PROOF_BYTES = 32;
const REFUSED = 0;
const ACCEPTED = 1;

/** Milliseconds that the other side has, unless the terms say otherwise. */
export const AUTH_MS = 5_000;

/** What the sides must agree on. */
export interface SocketTerms {
  readonly key: Promise<CryptoKey>;
  /** What the socket is for: both sides must mean the same. */
  readonly purpose: string;
  /** Most bytes of a message that this side takes. */
  readonly maxReceive: number;
  /** Milliseconds that the other side has to prove that it knows the key. Default: 5000. */
  readonly authTimeout?: number;
}

/**
 * Lets a peer in that proves that it knows the key.
 *
 * @param doing what to say was attempted
 * @throws {AuthenticationError} if it does not
 */
export async function challenge(
  socket: FramedSocket,
  { key, purpose, maxReceive }: SocketTerms,
  doing: string,
): Promise<void> {
  const rethrowUnlessReset = unlessReset(doing);
  const ours = hello(maxReceive);
  await socket.writeRaw(ours).catch(rethrowUnlessReset);
  const answer = await socket.reader.exactly(
    HELLO_BYTES + PROOF_BYTES,
    (bytes) => checkMagic(bytes, doing, "the peer"),
  ).catch(rethrowUnlessReset);
  const leftEarly = () =>
    notAuthentic(doing, "the peer closed before it was authenticated");
  if (answer === undefined) throw leftEarly();
  const theirs = answer.subarray(0, HELLO_BYTES);
  const proof = answer.subarray(HELLO_BYTES);
  if (!await verify(await key, proof, "connector", purpose, ours, theirs)) {
    await socket.writeRaw(new Uint8Array([REFUSED])).catch(() => {});
    throw notAuthentic(doing, "the peer has another authKey");
  }
  const verdict = new Uint8Array(1 + PROOF_BYTES);
  verdict[0] = ACCEPTED;
  verdict.set(await sign(await key, "listener", purpose, ours, theirs), 1);
  await socket.writeRaw(verdict).catch((error) => {
    rethrowUnlessReset(error);
    throw leftEarly();
  });
  socket.maxSend = limitIn(theirs);
}

/**
 * Proves to a listener that we know the key, and has it prove the same.
 *
 * @param doing what to say was attempted
 * @throws {AuthenticationError} if either fails
 */
export async function answerChallenge(
  socket: FramedSocket,
  { key, purpose, maxReceive }: SocketTerms,
  doing: string,
): Promise<void> {
  const rethrowUnlessReset = unlessReset(doing);
  const read = async (
    length: number,
    check?: (bytes: Uint8Array) => void,
  ) =>
    await socket.reader.exactly(length, check).catch(rethrowUnlessReset) ??
      ended(doing);
  const theirs = await read(
    HELLO_BYTES,
    (bytes) => checkMagic(bytes, doing, "what listens there"),
  );
  const ours = hello(maxReceive);
  const answer = new Uint8Array(HELLO_BYTES + PROOF_BYTES);
  answer.set(ours);
  answer.set(
    await sign(await key, "connector", purpose, theirs, ours),
    HELLO_BYTES,
  );
  await socket.writeRaw(answer).catch(rethrowUnlessReset);
  const [verdict] = await read(1);
  if (verdict !== ACCEPTED) {
    throw notAuthentic(doing, "the listener has another authKey");
  }
  const proof = await read(PROOF_BYTES);
  if (!await verify(await key, proof, "listener", purpose, theirs, ours)) {
    throw notAuthentic(doing, "the listener does not know the authKey");
  }
  socket.maxSend = limitIn(theirs);
}

/** What a connector needs that does this by code of its own. */
export interface BareTerms {
  /** Its hello, which is as long as that of the listener. */
  readonly hello: Uint8Array<ArrayBuffer>;
  /** What stands before both hellos in what either side signs. */
  readonly connectorLabel: Uint8Array<ArrayBuffer>;
  readonly listenerLabel: Uint8Array<ArrayBuffer>;
}

/** Terms for a connector that does this by code of its own. */
export function bareTerms(purpose: string, maxReceive: number): BareTerms {
  return {
    hello: hello(maxReceive),
    connectorLabel: label("connector", purpose),
    listenerLabel: label("listener", purpose),
  };
}

function label(side: Side, purpose: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(
    `@parallel/multiprocessing ${purpose} ${side}\0`,
  );
}

function hello(maxReceive: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HELLO_BYTES);
  bytes.set(MAGIC);
  new DataView(bytes.buffer).setUint32(LIMIT_AT, maxReceive, true);
  crypto.getRandomValues(bytes.subarray(RANDOM_AT));
  return bytes;
}

function limitIn(hello: Uint8Array<ArrayBuffer>): number {
  return new DataView(hello.buffer, hello.byteOffset).getUint32(LIMIT_AT, true);
}

function checkMagic(bytes: Uint8Array, doing: string, who: string): void {
  const length = Math.min(bytes.length, MAGIC.length);
  for (let i = 0; i < length; i++) {
    if (bytes[i] === MAGIC[i]) continue;
    throw notAuthentic(
      doing,
      i === VERSION_AT
        ? `${who} speaks another version of the protocol, ${bytes[i]}`
        : `${who} speaks another protocol`,
    );
  }
}

type Side = "listener" | "connector";

function proven(
  side: Side,
  purpose: string,
  listener: Uint8Array,
  connector: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const start = label(side, purpose);
  const bytes = new Uint8Array(start.length + 2 * HELLO_BYTES);
  bytes.set(start);
  bytes.set(listener, start.length);
  bytes.set(connector, start.length + HELLO_BYTES);
  return bytes;
}

async function sign(
  key: CryptoKey,
  ...what: Parameters<typeof proven>
): Promise<Uint8Array> {
  return new Uint8Array(
    await crypto.subtle.sign("HMAC", key, proven(...what)),
  );
}

/** Compares in a time that does not depend on the bytes. */
async function verify(
  key: CryptoKey,
  proof: Uint8Array<ArrayBuffer>,
  ...what: Parameters<typeof proven>
): Promise<boolean> {
  return await crypto.subtle.verify("HMAC", key, proof, proven(...what));
}

function ended(doing: string): never {
  throw notAuthentic(
    doing,
    "the listener closed before it had accepted the connection",
  );
}

/** A peer that closes, or is killed, before it has read all resets the connection. */
function unlessReset(doing: string): (error: unknown) => undefined {
  return (error) => {
    const { ConnectionReset, BrokenPipe, UnexpectedEof } = Deno.errors;
    if (
      error instanceof ConnectionReset || error instanceof BrokenPipe ||
      // That is what TLS calls it.
      error instanceof UnexpectedEof
    ) return undefined;
    if (error instanceof Error && !(error instanceof AuthenticationError)) {
      error.message = `Cannot ${doing}: ${error.message}`;
    }
    throw error;
  };
}
