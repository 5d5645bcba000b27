// Peers that speak to a listener, or listen, by bytes of their own making.

import { describeAddress } from "../../_internal/sockets/mod.ts";
import type { Address } from "../../pipe/mod.ts";

/** Bytes of what a side says first, and of what proves that it knows the key. */
export const HELLO_BYTES = 40;
export const PROOF_BYTES = 32;

/** What a side says first. */
export function makeHello(): Uint8Array<ArrayBuffer> {
  const bytes = crypto.getRandomValues(new Uint8Array(HELLO_BYTES));
  bytes.set([0x6d, 0x70, 0x73, 1]);
  return bytes;
}

/** Opens a socket. */
export async function open(address: Address): Promise<Deno.Conn> {
  return typeof address === "string"
    ? await Deno.connect({ transport: "unix", path: address })
    : await Deno.connect(address);
}

/** Reads so many bytes, or what comes before the end. */
export async function read(
  conn: Deno.Conn,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const count = await conn.read(bytes.subarray(at)).catch(() => null);
    if (count === null) break;
    at += count;
  }
  return bytes.slice(0, at);
}

/** Reads to the end. */
export async function readToEnd(conn: Deno.Conn): Promise<number> {
  const bytes = new Uint8Array(4_096);
  let length = 0;
  for (;;) {
    const count = await conn.read(bytes).catch(() => null);
    if (count === null) return length;
    length += count;
  }
}

/** Listens once on behalf of nobody in particular. */
export function listenRaw(
  answer: (conn: Deno.Conn) => Promise<void>,
): Disposable & { address: Address; answered: Promise<void> } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const answered = (async () => {
    using conn = await listener.accept();
    await answer(conn);
  })();
  return {
    address: { hostname: "127.0.0.1", port: listener.addr.port },
    answered,
    [Symbol.dispose]: () => listener.close(),
  };
}

/** Passes bytes on between a listener and who connects to it, and keeps them. */
export async function eavesdrop(
  to: Address,
): Promise<Disposable & { address: Address; sent: Uint8Array[] }> {
  const sent: Uint8Array[] = [];
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const pass = async (from: Deno.Conn, into: Deno.Conn, keep: boolean) => {
    const bytes = new Uint8Array(4_096);
    for (;;) {
      const count = await from.read(bytes).catch(() => null);
      if (count === null) return;
      if (keep) sent.push(bytes.slice(0, count));
      await into.write(bytes.subarray(0, count)).catch(() => {});
    }
  };
  const conns: Deno.Conn[] = [];
  (async () => {
    const here = await listener.accept();
    const there = await open(to);
    conns.push(here, there);
    pass(here, there, true);
    pass(there, here, false);
  })().catch((error) => console.error(describeAddress(to), error));
  return await Promise.resolve({
    address: { hostname: "127.0.0.1", port: listener.addr.port },
    sent,
    [Symbol.dispose]() {
      listener.close();
      for (const conn of conns) conn.close();
    },
  });
}
