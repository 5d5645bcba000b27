import type { LinkSetup } from "./hub_link.ts";

interface Scope {
  onmessage: ((event: { readonly data: LinkSetup }) => void) | null;
}

/**
 * What the worker of a link runs. Its text is all that the worker gets, so it uses
 * nothing around it.
 */
export function linkMain(scope: Scope): void {
  const STATE = 0;
  const LENGTH = 1;
  const CONNECTED = 2;
  const ASKED = 1;
  const ANSWERED = 2;
  const ENDED = 3;
  const HEAD_BYTES = 12;
  const FRAME_BYTES = 5;
  const PROOF_BYTES = 32;
  const PIECE_BYTES = 1 << 20;
  const KIND_AT = 4;
  const VALUE = 0;
  const RECALL = 1;
  const BRIEF_MS = 1;
  // Those of `claims.ts`.
  const COUNT = 0xff;
  const RECALLED = 0x100;
  const SERIAL_SHIFT = 9;
  const SERIAL_MASK = (1 << 22) - 1;
  const ALL = COUNT;

  let onAnswer = () => {};
  /** Two write, and a frame must not stand inside another. */
  let writing = Promise.resolve();

  scope.onmessage = ({ data }) => {
    const words = new Int32Array(data.memory, 0, 3);
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
    await authenticate(conn, setup);
    await writeFrame(conn, VALUE, setup.greeting);
    Atomics.store(words, CONNECTED, 1);
    Atomics.notify(words, CONNECTED);
    await Promise.race([
      ask(conn, setup.memory, words),
      receive(conn, setup, words),
    ]);
  }

  /** Writes what is asked. */
  async function ask(
    conn: Deno.Conn,
    memory: SharedArrayBuffer,
    words: Int32Array,
  ): Promise<void> {
    for (;;) {
      const state = Atomics.load(words, STATE);
      if (state !== ASKED) {
        const change = Atomics.waitAsync(words, STATE, state);
        if (change.async) await change.value;
        continue;
      }
      const answered = Promise.withResolvers<void>();
      onAnswer = answered.resolve;
      const length = words[LENGTH] >>> 0;
      await (writing = writing.then(async () => {
        for (let at = 0; at < length; at += PIECE_BYTES) {
          const piece = Math.min(PIECE_BYTES, length - at);
          const bytes = new Uint8Array(memory, HEAD_BYTES + at, piece);
          await writeAll(conn, bytes.slice());
        }
      }));
      await answered.promise;
      // Who has asked often asks again soon; to sleep like this wakes sooner.
      Atomics.wait(words, STATE, ANSWERED, BRIEF_MS);
      Atomics.wait(words, STATE, 0, BRIEF_MS);
    }
  }

  /** Takes in answers, and recalls. */
  async function receive(
    conn: Deno.Conn,
    { memory, claims }: LinkSetup,
    words: Int32Array,
  ): Promise<void> {
    for (;;) {
      const head = await exactly(conn, FRAME_BYTES);
      const size = new DataView(head.buffer).getUint32(0, true);
      const body = await exactly(conn, size);
      if (head[KIND_AT] === RECALL) {
        await writeFrame(conn, RECALL, recall(body, claims));
        continue;
      }
      if (HEAD_BYTES + size > memory.byteLength) memory.grow(HEAD_BYTES + size);
      new Uint8Array(memory, HEAD_BYTES, size).set(body);
      words[LENGTH] = size | 0;
      Atomics.store(words, STATE, ANSWERED);
      Atomics.notify(words, STATE);
      onAnswer();
    }
  }

  /** Recalls a loan, see `claims.ts`; tells how much of it has been claimed. */
  function recall(
    body: Uint8Array<ArrayBuffer>,
    claims: Int32Array,
  ): Uint8Array<ArrayBuffer> {
    const view = new DataView(body.buffer);
    const slot = view.getInt32(0);
    const serial = view.getInt32(4);
    let count = ALL;
    for (;;) {
      const word = Atomics.load(claims, slot);
      const known = word >>> SERIAL_SHIFT;
      // It may not have come yet. One that has been followed by others is used up.
      const isKnown = known === serial;
      if (!isKnown && ((serial - known) & SERIAL_MASK) > SERIAL_MASK >> 1) {
        break;
      }
      const recalled = (isKnown ? word : serial << SERIAL_SHIFT) | RECALLED;
      if (Atomics.compareExchange(claims, slot, word, recalled) === word) {
        count = recalled & COUNT;
        break;
      }
    }
    const answer = new Uint8Array(12);
    answer.set(body);
    new DataView(answer.buffer).setInt32(8, count);
    return answer;
  }

  async function authenticate(
    conn: Deno.Conn,
    setup: LinkSetup,
  ): Promise<void> {
    const { hello, connectorLabel, listenerLabel } = setup;
    const bytes = Uint8Array.from(
      setup.key.match(/../g)!,
      (digits) => parseInt(digits, 16),
    );
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

  function writeFrame(
    conn: Deno.Conn,
    kind: number,
    bytes: Uint8Array,
  ): Promise<void> {
    const head = new Uint8Array(FRAME_BYTES);
    new DataView(head.buffer).setUint32(0, bytes.length, true);
    head[KIND_AT] = kind;
    return write(conn, join(head, bytes));
  }

  function write(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
    return writing = writing.then(() => writeAll(conn, bytes));
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
