import { assertEquals } from "@std/assert";
import {
  HubConnection,
  type HubSocket,
  NOWHERE,
} from "../../../_internal/hub/hub_connection.ts";
import {
  ASK,
  bytesBody,
  FORM,
  nextOrder,
  NO_BODY,
  readRequest,
  replyLength,
  TELL,
  UNORDERED,
  writeReply,
} from "../../../_internal/hub/messages.ts";
import {
  FRAME,
  FRAME_HEADER_BYTES,
  writeFrameHead,
} from "../../../_internal/sockets/frame.ts";
import { FrameReader } from "../../../_internal/sockets/frame_reader.ts";

const FIRST = nextOrder(0);
const SECOND = nextOrder(FIRST);
const THIRD = nextOrder(SECOND);

/** Kinds and orders of the requests in what was written. */
async function requestsIn(bytes: Uint8Array): Promise<[number, number][]> {
  const parts = [bytes, undefined];
  const reader = new FrameReader({
    read(target) {
      const part = parts.shift();
      if (part === undefined) return Promise.resolve(null);
      target.set(part);
      return Promise.resolve(part.length);
    },
  }, bytes.length);
  const requests: [number, number][] = [];
  do {
    let frame;
    while ((frame = reader.take()) !== undefined) {
      const { kind, order } = readRequest(frame.bytes);
      requests.push([kind, order]);
    }
  } while (await reader.fill());
  return requests;
}

/** A connection whose first write does not end before it is told to. */
class Connected {
  readonly written: Uint8Array[] = [];
  /** What the link was to write before what it asked, and that. */
  readonly asked: [before: Uint8Array, request: Uint8Array][] = [];
  readonly connection: HubConnection;
  readonly #firstWrite = Promise.withResolvers<number>();
  readonly #firstRead = Promise.withResolvers<void>();

  constructor({ linkWorks }: { linkWorks: boolean }) {
    const { promise: firstRead } = this.#firstRead;
    const silent = new Promise<never>(() => {});
    const answer = heard();
    let reads = 0;
    const socket: HubSocket = {
      reader: new FrameReader({
        async read(target) {
          if (reads++ > 0) return await silent;
          await firstRead;
          writeFrameHead(target, 0, FRAME.VALUE, answer.length);
          target.set(answer, FRAME_HEADER_BYTES);
          return FRAME_HEADER_BYTES + answer.length;
        },
      }, answer.length),
      write: (bytes) => {
        this.written.push(bytes.slice());
        return this.written.length === 1
          ? this.#firstWrite.promise
          : Promise.resolve(bytes.length);
      },
      hold() {},
      close() {},
    };
    const link = {
      exchange: (
        before: Uint8Array,
        byteLength: number,
        writeTo: (target: Uint8Array<ArrayBuffer>, at: number) => void,
      ) => {
        const request = new Uint8Array(byteLength);
        writeTo(request, 0);
        this.asked.push([before.slice(), request]);
        return linkWorks ? heard() : undefined;
      },
    };
    const connection = new HubConnection(socket, link, () => {}, () => {});
    this.connection = connection;
  }

  tell(kind: number): void {
    this.connection.tell(kind, 0, NOWHERE, {}, "test");
  }

  /** Sends, and has that written, until there have been so many writes. */
  async writeUntil(writes: number): Promise<void> {
    while (this.written.length < writes) {
      this.connection.send(ASK.FORGET, 0, NOWHERE);
      if (this.written.length === 1) await this.goOn();
      await this.connection.isWritten();
    }
  }

  /** The hub answers, by the socket. */
  async answer(): Promise<void> {
    this.#firstRead.resolve();
    // Until that has been taken.
    await new Promise((resolve) => setTimeout(resolve));
  }

  /** The first write ends. */
  async goOn(): Promise<void> {
    this.#firstWrite.resolve(this.written[0].length);
    await this.connection.isWritten();
  }
}

function heard(): Uint8Array {
  const answer = {
    kind: TELL.RETURNED,
    form: FORM.NOTHING,
    carries: false,
    epoch: 0,
    number: 0,
    extra: 0,
    body: NO_BODY,
  };
  const bytes = new Uint8Array(replyLength(NO_BODY));
  writeReply(bytes, 0, answer);
  return bytes;
}

Deno.test("HubConnection tells what nobody waits for by its socket, if that takes it", async () => {
  const it = new Connected({ linkWorks: true });
  it.tell(ASK.BYE);
  assertEquals(it.asked, []);
  assertEquals(await requestsIn(it.written[0]), [[ASK.BYE, FIRST]]);
});

Deno.test("HubConnection has the hub say by the link that it has what the socket did not take", async () => {
  const it = new Connected({ linkWorks: true });
  it.tell(ASK.GUARD);
  it.tell(ASK.BYE);
  const [[before, request]] = it.asked;
  assertEquals(await requestsIn(before), [
    [ASK.GUARD, FIRST],
    [ASK.BYE, SECOND],
  ]);
  const { kind, order } = readRequest(request);
  assertEquals([kind, order], [ASK.HEARD, UNORDERED]);
  await it.goOn();
  assertEquals(it.written.length, 1);
});

Deno.test("HubConnection relies on its socket for so much without an answer only", async () => {
  const it = new Connected({ linkWorks: true });
  await it.writeUntil(63);
  it.tell(ASK.BYE);
  assertEquals(it.asked.length, 0);
  await it.writeUntil(65);
  it.tell(ASK.BYE);
  assertEquals(it.asked.length, 1);
  // The link has had an answer, but the event loop has not turned since.
  await it.writeUntil(100);
  it.tell(ASK.BYE);
  assertEquals(it.asked.length, 2);
  await it.writeUntil(160);
  await it.answer();
  it.tell(ASK.BYE);
  assertEquals(it.asked.length, 2);
  await it.writeUntil(300);
  it.tell(ASK.BYE);
  assertEquals(it.asked.length, 3);
  await it.writeUntil(400);
  // The event loop turns.
  await new Promise((resolve) => setTimeout(resolve, 1));
  it.tell(ASK.BYE);
  assertEquals(it.asked.length, 3);
});

Deno.test("HubConnection relies on its socket for so many bytes without an answer only", async () => {
  const it = new Connected({ linkWorks: true });
  await it.writeUntil(1);
  const body = bytesBody(new Uint8Array(40_000));
  const message = { form: FORM.RAW, body, cells: [] };
  it.connection.send(ASK.AHEAD, 0, NOWHERE, { message });
  await it.connection.isWritten();
  it.tell(ASK.BYE);
  assertEquals(it.asked.length, 1);
});

Deno.test("HubConnection goes on by its socket, in order, where the link does not work", async () => {
  const it = new Connected({ linkWorks: false });
  it.tell(ASK.GUARD);
  it.tell(ASK.BYE);
  it.connection.send(ASK.FORGET, 0, NOWHERE);
  await it.goOn();
  assertEquals(it.asked.length, 1);
  assertEquals(await requestsIn(it.written[1]), [
    [ASK.BYE, SECOND],
    [ASK.FORGET, THIRD],
  ]);
});
