import { assertEquals, assertRejects } from "@std/assert";
import {
  type Contents,
  NOTHING,
  Parcel,
} from "../../../_internal/channel/mod.ts";
import { encode, HANDLE } from "../../../_internal/codec/mod.ts";
import { cargoOf, sharedModules } from "../../../_internal/handles/mod.ts";
import { Lane } from "../../../_internal/lanes/mod.ts";
import { programDestination } from "../../../manager/_destination.ts";
import { Desk } from "../../../manager/_desk.ts";
import { Hall } from "../../../manager/_hall.ts";
import { Hosted } from "../../../manager/_hosted.ts";
import { TYPES } from "../../../manager/_hosted_types.ts";
import { LocalClient } from "../../../manager/_local_client.ts";
import { LocalServer } from "../../../manager/_local_server.ts";
import { ASK, nameBytes, Request } from "../../../manager/_messages.ts";
import { leaveNothing } from "../../handles/leave_nothing.ts";

leaveNothing();

/** A server in this isolate, what it logs, and one who asks it. */
function serve() {
  const desk = new Desk("a manager");
  const server = new LocalServer(desk, new Hall("it", TYPES), new Hosted());
  const lines: string[] = [];
  const { error } = console;
  console.error = (line) => lines.push(line);
  const client = new LocalClient(desk);
  const served = server.run();
  return {
    desk,
    lines,
    client,
    async [Symbol.asyncDispose]() {
      client.stop();
      await served;
      server.end();
      console.error = error;
    },
  };
}

/** Asks as somebody who is not to be trusted, by a message that may carry the lane. */
function ask(
  desk: Desk,
  kind: number,
  lane: Lane,
  body: Contents,
  isCarried = false,
): void {
  const { cell } = lane.place;
  const request = new Request(kind, 7, [9, 9], cell, nameBytes("x"), body);
  const cargo = isCarried ? cargoOf([lane]) : [];
  desk.requests.outlet.trySend(new Parcel(request, false, cargo));
}

const written = (value: unknown) =>
  encode(value, { root: "it", destination: programDestination() }).snapshot();

/** What makes a promise of whatever it is in: its module may have it, once it is loaded. */
class Late {
  [HANDLE]() {
    const [module] = sharedModules();
    return { kind: "Late", module, words: [] };
  }
}

const NO_MORE = "Cannot receive a shared object: it no longer exists";
const NOBODY = "Cannot decode message: it does not say who asks";
const LATE = "Cannot decode message: it is of what it should not have";
const NO_FUNCTION = "Cannot decode message: it describes no function";
const CUT_SHORT = "Cannot decode message: it is cut short";
const dropped = (who: string, why: string) =>
  `it: ${who} has sent a request that was dropped: ${why}`;

Deno.test("LocalServer drops a hello that makes no sense, and goes on", async () => {
  await using served = serve();
  const { desk, lines, client } = served;
  const lane = new Lane(desk.memory);
  const hellos: [body: Contents, why: string, isCarried?: boolean][] = [
    [written([lane, 1, 2]), NO_MORE],
    [written([new Late(), 1, 2]), LATE],
    [written([lane, "1", 2]), NOBODY, true],
    [written([1, 2, 3]), NOBODY],
    [written(null), NOBODY],
    [NOTHING, CUT_SHORT],
  ];
  for (const [body, , isCarried] of hellos) {
    ask(desk, ASK.HELLO, lane, body, isCarried);
    // Nobody knows who asks.
    ask(desk, ASK.CALL, lane, written([]));
  }
  const list = client.create("list", [[1, 2]]);
  assertEquals(await client.call(list, "ListProxy", "toArray", []), [1, 2]);
  assertEquals(
    lines,
    hellos.map(([, why]) => dropped("somebody of this program", why)),
  );
  list.close();
  lane.close();
});

Deno.test("LocalServer drops what it cannot do of what a client asks, and goes on", async () => {
  await using served = serve();
  const { desk, lines, client } = served;
  const lane = new Lane(desk.memory);
  desk.hello(lane, 5);
  ask(desk, ASK.FUNCTION, lane, written([lane]), true);
  ask(desk, ASK.FUNCTION, lane, NOTHING);
  ask(desk, 99, lane, written([]));
  ask(desk, ASK.CREATE, lane, NOTHING);
  ask(desk, ASK.CALL, lane, NOTHING);
  ask(desk, ASK.CALL, lane, written(1));
  const list = client.create("list", [[1, 2]]);
  assertEquals(await client.call(list, "ListProxy", "toArray", []), [1, 2]);
  assertEquals(lines, [
    dropped("process 5", NO_FUNCTION),
    dropped("process 5", CUT_SHORT),
    dropped("process 5", "Cannot decode message: it is no request"),
    "it: process 5 has asked for a x, which is no type",
  ]);
  list.close();
  lane.close();
});

Deno.test("LocalServer tells who calls with what are no arguments", async () => {
  await using served = serve();
  const { client } = served;
  const list = client.create("list", [[1, 2]]);
  await assertRejects(
    () => client.call(list, "ListProxy", "toArray", 1 as never),
    TypeError,
    "the arguments are none",
  );
  list.close();
});
