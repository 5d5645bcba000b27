import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { connect, Listener } from "../../pipe/mod.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { open } from "./raw_peers.ts";

leaveNothing();

const LONG = { timeout: 20_000 };

Deno.test("connect() waits for a listener on which as many wait as the system lets", async () => {
  using listener = new Listener({ backlog: 1 });
  using _first = await connect(listener.address);
  const waiting: Deno.Conn[] = [];
  try {
    for (;;) waiting.push(await open(listener.address));
  } catch (error) {
    assertInstanceOf(error, Deno.errors.WouldBlock);
  }
  await assertRejects(
    () => connect(listener.address, { timeout: 20 }),
    DOMException,
    "timed out after 20 ms",
  );
  const aborting = new AbortController();
  const { signal } = aborting;
  const aborted = assertRejects(() => connect(listener.address, { signal }));
  aborting.abort();
  await aborted;
  const connecting = connect(listener.address, LONG);
  for (const conn of waiting) conn.close();
  (await listener.accept(LONG)).close();
  const accepted = listener.accept(LONG);
  using client = await connecting;
  using server = await accepted;
  await client.send("hello");
  assertEquals(await server.recv(LONG), "hello");
});
