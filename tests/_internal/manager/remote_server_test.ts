import { assertEquals } from "@std/assert";
import {
  type Contents,
  NOTHING,
  writeNumber,
} from "../../../_internal/channel/mod.ts";
import { encode } from "../../../_internal/codec/mod.ts";
import {
  connectSocket,
  FRAME,
  FRAME_HEADER_BYTES,
  type FramedSocket,
  importAuthKey,
} from "../../../_internal/sockets/mod.ts";
import { Desk } from "../../../manager/_desk.ts";
import { Hall } from "../../../manager/_hall.ts";
import { Hosted } from "../../../manager/_hosted.ts";
import { TYPES } from "../../../manager/_hosted_types.ts";
import { LocalServer } from "../../../manager/_local_server.ts";
import { ASK, nameBytes, Request } from "../../../manager/_messages.ts";
import { RemoteServer } from "../../../manager/_remote_server.ts";
import { MAX_MESSAGE, PURPOSE } from "../../../manager/_remote_terms.ts";
import { leaveNothing } from "../../handles/leave_nothing.ts";
import { until } from "../../until.ts";

leaveNothing();

/** A hall that has no room for what somebody wants made. */
class FullHall extends Hall {
  override create(): never {
    throw new RangeError("there is no room");
  }
}

/** Asks for what has that number, kind and body. */
function request(kind: number, body: Contents): Uint8Array<ArrayBuffer> {
  const contents = new Request(kind, 1, [1, 0], 0, nameBytes("list"), body);
  const bytes = new Uint8Array(contents.byteLength);
  contents.writeTo(bytes);
  return bytes;
}

/** What somebody does who is not to be trusted, and what is said of that. */
const DEEDS: [does: (socket: FramedSocket) => Promise<void>, why: string][] = [
  [
    (socket) =>
      socket.send(
        FRAME.VALUE,
        request(ASK.CREATE, encode([], { root: "it" })),
      ),
    "there is no room",
  ],
  [
    (socket) => socket.send(FRAME.VALUE, request(ASK.FUNCTION, NOTHING)),
    "Cannot decode message: it is cut short",
  ],
  [
    (socket) => {
      const frame = new Uint8Array(FRAME_HEADER_BYTES);
      writeNumber(frame, 0, MAX_MESSAGE + 1);
      return socket.writeRaw(frame);
    },
    "a frame has 1073741825 bytes, of 1073741824 at most",
  ],
];

Deno.test("RemoteServer says why it has dropped a client, whatever that was", async () => {
  const authKey = new TextEncoder().encode("between us");
  const [desk, hall] = [new Desk("it"), new FullHall("it", TYPES)];
  const root = new Hosted();
  const local = new LocalServer(desk, hall, root);
  const address = { hostname: "127.0.0.1", port: 0 };
  const setup = { address, authKey, tls: undefined };
  const server = new RemoteServer(setup, desk, hall, local, root);
  const lines: string[] = [];
  const { error } = console;
  console.error = (line) => lines.push(line);
  const key = importAuthKey(authKey);
  const terms = { key, purpose: PURPOSE, maxReceive: MAX_MESSAGE };
  for (const [does, why] of DEEDS) {
    const socket = await connectSocket(server.address, terms);
    await does(socket);
    assertEquals(await socket.receive().catch(() => undefined), undefined);
    assertEquals(lines.length, 1);
    assertEquals(
      lines.pop()!.replace(/:\d+ /, " "),
      `it: the peer 127.0.0.1 was dropped: ${why}`,
    );
    socket.close();
  }
  // One that goes has done no wrong.
  (await connectSocket(server.address, terms)).close();
  await until(() => server.clients === 0, "nobody is connected");
  assertEquals(lines, []);
  console.error = error;
  await server.close();
});
