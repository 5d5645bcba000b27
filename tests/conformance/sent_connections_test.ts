// After CPython's _TestPicklingConnections: connections that travel through connections.

import { assertEquals, assertRejects } from "@std/assert";
import { type Connection, EndOfStreamError, Pipe } from "../../pipe/mod.ts";
import { leaveNothingBehind, LONG, start, testBoth } from "./backends.ts";

leaveNothingBehind();

testBoth(
  "Connection may be sent to a child, to be read there or written",
  async (kind) => {
    const [own, far] = new Pipe<unknown>();
    const child = start(kind, async (far: Connection<unknown>) => {
      const writer = await far.recv() as Connection<string>;
      await writer.send("all is well");
      writer.close();
      const reader = await far.recv() as Connection<string>;
      await far.send((await reader.recv()).repeat(2));
      far.close();
    }, far);
    far.close();

    const [reader, given] = new Pipe<string>({ duplex: false });
    await own.send(given);
    given.close();
    assertEquals(await reader.recv(LONG), "all is well");
    await assertRejects(() => reader.recv(LONG), EndOfStreamError);
    reader.close();

    const [handed, writer] = new Pipe<string>({ duplex: false });
    await own.send(handed);
    handed.close();
    await writer.send("foobar");
    writer.close();
    assertEquals(await own.recv(LONG), "foobarfoobar");
    assertEquals(await child.join(), 0);
  },
);
