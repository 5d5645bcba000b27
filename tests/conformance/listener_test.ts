// After CPython's _TestListener, _TestListenerClient and TestTimeouts, and what others of its tests
// have on sockets.

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  type Address,
  connect,
  type Connection,
  Listener,
  Pipe,
} from "../../pipe/mod.ts";
import { fromModule } from "../../process/mod.ts";
import {
  leaveNothingBehind,
  LONG,
  start,
  startProcess,
  testBoth,
  testMapped,
  testProcesses,
} from "./backends.ts";

leaveNothingBehind();

type Targets = typeof import("../fixtures/conformance/socket_targets.ts");
const TARGETS = new URL(
  "../fixtures/conformance/socket_targets.ts",
  import.meta.url,
);
const sayHello = fromModule<Targets["sayHello"]>(TARGETS, "sayHello");

/** Does something for an address of each kind. */
async function eachAddress(
  run: (address: Address | undefined) => Promise<void>,
) {
  const directory = Deno.makeTempDirSync();
  try {
    await run(undefined);
    await run(`${directory}/socket`);
    await run({ hostname: "127.0.0.1", port: 0 });
    // The file goes in one of the next turns of the event loop.
    const end = performance.now() + 1_000;
    while ([...Deno.readDirSync(directory)].length > 0) {
      assert(performance.now() < end, "the file is still there");
      await new Promise((resolve) => setTimeout(resolve));
    }
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

/** One message to whoever connects, and the end. */
async function meetOnce(options: { address?: Address; authKey?: string }) {
  let ended: Listener;
  const connections: Connection<number>[] = [];
  {
    using listener = new Listener<number>(options);
    ended = listener;
    const accepted = listener.accept(LONG);
    using client = await connect<number>(listener.address, options);
    using server = await accepted;
    connections.push(client, server);
    await client.send(1729);
    assertEquals(await server.recv(LONG), 1729);
  }
  assertEquals(ended.closed, true);
  for (const { closed } of connections) assertEquals(closed, true);
  await assertRejects(
    () => ended.accept(),
    Error,
    "Cannot accept connection: listener is closed",
  );
}

Deno.test("Listener at an address that is taken is an error", () =>
  eachAddress((address) => {
    using listener = new Listener({ address });
    assertThrows(
      () => new Listener({ address: listener.address }),
      Deno.errors.AddrInUse,
      "Cannot listen at ",
    );
    return Promise.resolve();
  }));

Deno.test("Listener and connections are closed at the end of a block", () =>
  meetOnce({}));

Deno.test("Listener and connect() refuse an empty key", async () => {
  const text = "authKey is empty";
  assertThrows(() => new Listener({ authKey: "" }), RangeError, text);
  assertThrows(
    () => new Listener({ authKey: new Uint8Array() }),
    RangeError,
    text,
  );
  using listener = new Listener();
  await assertRejects(
    () => connect(listener.address, { authKey: "" }),
    RangeError,
    text,
  );
});

Deno.test("Listener may have a name that is no file", () =>
  meetOnce({ address: `\0something-${crypto.randomUUID()}` }));

testBoth("Listener accepts a child that connects", async (kind) => {
  await eachAddress(async (address) => {
    using listener = new Listener<string>({ address });
    const child = start(kind, sayHello, listener.address);
    using connection = await listener.accept(LONG);
    assertEquals(await connection.recv(LONG), "hello");
    assertEquals(await child.join(), 0);
  });
});

testBoth(
  "Listener accepts a child that has come, has sent, and has gone",
  async (kind) => {
    using listener = new Listener<string>();
    const child = start(kind, sayHello, listener.address);
    assertEquals(await child.join(LONG), 0);
    using connection = await listener.accept(LONG);
    assertEquals(await connection.recv(LONG), "hello");
  },
);

Deno.test("Listener sends first, and the other side hears of it", async () => {
  await eachAddress(async (address) => {
    using listener = new Listener({ address });
    using client = await connect(listener.address);
    using server = await listener.accept(LONG);
    await server.sendBytes(new TextEncoder().encode("hello"));
    assertEquals(await client.poll({ timeout: 1_000 }), true);
    assertEquals((await client.recvBytes()).length, 5);
  });
});

testBoth(
  "Listener waits for as long as it takes, whatever time a peer has to prove itself",
  async (kind) => {
    const [parent, child] = new Pipe<unknown>();
    using listener = new Listener<number>({
      address: { hostname: "127.0.0.1", port: 0 },
      authTimeout: 1_000,
    });
    const starting = start(
      kind,
      fromModule<Targets["sendBoth"]>(TARGETS, "sendBoth"),
      child,
      listener.address,
    );
    assertEquals(await parent.recv(LONG), 123);
    const accepting = listener.accept(LONG);
    await assertRejects(
      () => listener.accept({ timeout: 1_100 }),
      DOMException,
    );
    await parent.send("go on");
    parent.close();
    using connection = await accepting;
    assertEquals(await connection.recv(LONG), 456);
    assertEquals(await starting.join(), 0);
  },
);

testProcesses("Listener.accept() goes on when a signal comes", async () => {
  const [own, far] = new Pipe<unknown>();
  const child = startProcess(
    fromModule<Targets["welcome"]>(TARGETS, "welcome"),
    far,
  );
  far.close();
  const address = await own.recv(LONG) as Address;
  Deno.kill(child.pid!, "SIGUSR1");
  assertEquals(await own.recv(LONG), "signal");
  const client = await connect(address);
  assertEquals(await client.recv(LONG), "welcome");
  client.close();
  assertEquals(await child.join(), 0);
});

// What a client of a hub has accepted stays there.
testMapped(
  "Connection over a socket can be sent to another process or thread",
  async (kind) => {
    await eachAddress(async (address) => {
      const [own, far] = new Pipe<unknown>();
      const accepting = start(
        kind,
        fromModule<Targets["acceptFor"]>(TARGETS, "acceptFor"),
        far,
        address,
      );
      far.close();
      const connecting = start(
        kind,
        fromModule<Targets["connectTo"]>(TARGETS, "connectTo"),
        await own.recv(LONG) as Address,
        "all is well",
      );
      using connection = await own.recv(LONG) as Connection<string>;
      assertEquals(await connection.recv(LONG), "ALL IS WELL");
      await own.send(null);
      assertEquals([await accepting.join(), await connecting.join()], [0, 0]);
    });
  },
);
