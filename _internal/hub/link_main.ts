import type { LinkSetup } from "./hub_link.ts";
import type { LINK } from "./link_layout.ts";

interface Scope {
  onmessage: ((event: { readonly data: LinkSetup }) => void) | null;
}

/**
 * What the worker of a link runs. Its text is all that the worker gets, so it uses
 * nothing around it.
 */
export function linkMain(
  scope: Scope,
  {
    STATE,
    LENGTH,
    CONNECTED,
    LOANS,
    HEAD_BYTES,
    IDLE,
    ASKED,
    ANSWERED,
    ENDED,
    KEEP,
    WRITTEN,
    LOAN_COUNT,
    RECALLED,
    FRAME_HEADER_BYTES,
    PROOF_BYTES,
    RECALL,
    REPLY_NUMBER_AT,
    REQUEST_NUMBER_AT,
    REQUEST_CELL_AT,
  }: typeof LINK,
): void {
  const MOST_BEGUN = RECALLED - 1;
  const PIECE_BYTES = 1 << 20;

  scope.onmessage = ({ data }) => {
    const words = new Int32Array(data.memory, 0, HEAD_BYTES / 4);
    serve(data, words).catch(() => {}).then(() => {
      Atomics.store(words, STATE, ENDED);
      Atomics.notify(words, STATE);
      Atomics.compareExchange(words, CONNECTED, 0, 2);
      Atomics.notify(words, CONNECTED);
    });
  };

  async function serve(setup: LinkSetup, words: Int32Array): Promise<void> {
    const { address } = setup;
    const conn: Deno.Conn = typeof address === "string"
      ? await Deno.connect({ transport: "unix", path: address })
      : await Deno.connect(address);
    // What the system keeps back is lost if this side ends with something unread.
    if ("setNoDelay" in conn) (conn as Deno.TcpConn).setNoDelay(true);
    try {
      await authenticate(conn, setup);
      await writeFrame(conn, setup.greeting);
      Atomics.store(words, CONNECTED, 1);
      Atomics.notify(words, CONNECTED);
      await converse(conn, setup, words);
    } finally {
      conn.close();
    }
  }

  async function converse(
    conn: Deno.Conn,
    setup: LinkSetup,
    words: Int32Array,
  ): Promise<void> {
    const { memory } = setup;
    for (;;) {
      // Nothing comes unless something is asked.
      Atomics.wait(words, STATE, IDLE);
      const state = Atomics.load(words, STATE);
      if (state === KEEP) return await keepLoans(conn, setup, words);
      if (state === ASKED) {
        await writeRequest(conn, memory, words);
        answer(await readFrame(conn), memory, words);
      } else Atomics.wait(words, STATE, state);
    }
  }

  /** The same, but minds what comes unasked, too: a recall. */
  async function keepLoans(
    conn: Deno.Conn,
    setup: LinkSetup,
    words: Int32Array,
  ): Promise<void> {
    const { memory, kept } = setup;
    Atomics.compareExchange(words, STATE, KEEP, IDLE);
    Atomics.notify(words, STATE);
    let writing = Promise.resolve();
    const write = (it: () => Promise<void>) => writing = writing.then(it);
    const ask = async () => {
      for (;;) {
        const state = Atomics.load(words, STATE);
        if (state === ASKED) {
          await write(() => writeRequest(conn, memory, words));
          Atomics.compareExchange(words, STATE, ASKED, WRITTEN);
        } else await Atomics.waitAsync(words, STATE, state).value;
      }
    };
    const listen = async () => {
      for (;;) {
        const frame = await readFrame(conn);
        if (frame[0] !== RECALL) answer(frame, memory, words);
        else {
          const told = new DataView(frame.buffer);
          const number = told.getUint32(REPLY_NUMBER_AT);
          const begun = takeBack(number, words);
          // Else its client has said so itself, or it has begun all.
          if (begun >= 0) {
            const reply = kept.slice();
            const view = new DataView(reply.buffer);
            view.setUint32(REQUEST_NUMBER_AT, number);
            view.setInt32(REQUEST_CELL_AT, begun);
            await write(() => writeFrame(conn, reply));
          }
        }
      }
    };
    await Promise.race([ask(), listen()]);
  }

  /** Takes back what has not been begun of a loan; how many messages have, or -1. */
  function takeBack(number: number, words: Int32Array): number {
    for (let at = LOANS; at < LOANS + LOAN_COUNT; at++) {
      let state = Atomics.load(words, at);
      // If it is another's by now, its state has changed.
      while (Atomics.load(words, at + LOAN_COUNT) === (number | 0)) {
        const seen = Atomics.compareExchange(
          words,
          at,
          state,
          state | RECALLED,
        );
        if (seen === state) return state & MOST_BEGUN;
        state = seen;
      }
    }
    return -1;
  }

  async function writeRequest(
    conn: Deno.Conn,
    memory: SharedArrayBuffer,
    words: Int32Array,
  ): Promise<void> {
    const length = words[LENGTH] >>> 0;
    for (let at = 0; at < length; at += PIECE_BYTES) {
      const piece = Math.min(PIECE_BYTES, length - at);
      await writeAll(
        conn,
        new Uint8Array(memory, HEAD_BYTES + at, piece).slice(),
      );
    }
  }

  function answer(
    bytes: Uint8Array,
    memory: SharedArrayBuffer,
    words: Int32Array,
  ): void {
    const size = bytes.length;
    if (HEAD_BYTES + size > memory.byteLength) memory.grow(HEAD_BYTES + size);
    new Uint8Array(memory, HEAD_BYTES, size).set(bytes);
    words[LENGTH] = size | 0;
    Atomics.store(words, STATE, ANSWERED);
    Atomics.notify(words, STATE);
  }

  async function authenticate(
    conn: Deno.Conn,
    setup: LinkSetup,
  ): Promise<void> {
    const { hello, connectorLabel, listenerLabel } = setup;
    const bytes = Uint8Array.fromHex(setup.key);
    const key = await crypto.subtle.importKey(
      "raw",
      await crypto.subtle.digest("SHA-256", bytes),
      { name: "HMAC", hash: "SHA-256" },
      false,
      ["sign", "verify"],
    );
    const theirs = await exactly(conn, hello.length);
    const signed = join(connectorLabel, theirs, hello);
    const proof = await crypto.subtle.sign("HMAC", key, signed);
    await writeAll(conn, join(hello, new Uint8Array(proof)));
    const verdict = await exactly(conn, 1 + PROOF_BYTES);
    const isGenuine = verdict[0] === 1 && await crypto.subtle.verify(
      "HMAC",
      key,
      verdict.subarray(1),
      join(listenerLabel, theirs, hello),
    );
    if (!isGenuine) throw new Error("it does not know the key");
  }

  function join(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const all = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  async function writeFrame(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
    const head = new Uint8Array(FRAME_HEADER_BYTES);
    new DataView(head.buffer).setUint32(0, bytes.length, true);
    await writeAll(conn, join(head, bytes));
  }

  async function readFrame(conn: Deno.Conn): Promise<Uint8Array<ArrayBuffer>> {
    const head = await exactly(conn, FRAME_HEADER_BYTES);
    return await exactly(conn, new DataView(head.buffer).getUint32(0, true));
  }

  async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      at += await conn.write(bytes.subarray(at));
    }
  }

  async function exactly(
    conn: Deno.Conn,
    length: number,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length;) {
      const count = await conn.read(bytes.subarray(at));
      if (count === null) throw new Error("it has ended");
      at += count;
    }
    return bytes;
  }
}
