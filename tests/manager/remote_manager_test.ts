// Managers that are reached over sockets: who is let in, and who is not.

import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import {
  connectSocket,
  importAuthKey,
  SocketServer,
} from "../../_internal/sockets/mod.ts";
import { type ListProxy, Manager } from "../../manager/mod.ts";
import { AuthenticationError } from "../../pipe/mod.ts";
import { fromModule, Process, Thread } from "../../process/mod.ts";
import { Lock } from "../../sync/mod.ts";
import type { sharedCounter } from "../fixtures/manager/counter.ts";
import type { Ending, passAndEnd } from "../fixtures/manager/party.ts";
import { collectGarbage } from "../handles/collect_garbage.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { until } from "../until.ts";
import { localManager } from "./managers.ts";

leaveNothing();

const TCP = { hostname: "127.0.0.1", port: 0 };
const authKey = "between us";

Deno.test("Manager.connect() reaches a manager by its address", async () => {
  await using manager = new Manager({ address: TCP, authKey, name: "far" });
  const address = await manager.address;
  assert(typeof address !== "string" && address.port > 0);
  await using remote = await Manager.connect(address, { authKey });
  assertEquals([remote.name, remote.pid], ["far", undefined]);
  assertEquals(await remote.address, address);
  await manager.publish("list", manager.list([1]));
  const list = await remote.lookup<ListProxy<number>>("list");
  await list.push(2);
  const dict = remote.dict<string, unknown>([["list", list]]);
  assert(await dict.get("list") === list);
  await remote.publish("dict", dict);
  const near = await manager.lookup<typeof dict>("dict");
  assertEquals(
    await (await near.get("list") as typeof list).toArray(),
    [1, 2],
  );
});

Deno.test("Manager lets nobody in who does not know its key", async () => {
  await using manager = new Manager({ address: TCP, authKey });
  const address = await manager.address;
  await assertRejects(
    () => Manager.connect(address, { authKey: "another" }),
    AuthenticationError,
    "the listener has another authKey",
  );
  await assertRejects(() => Manager.connect(address), AuthenticationError);
  await using remote = await Manager.connect(address, { authKey });
  assertEquals(await remote.list([1]).length, 1);
});

Deno.test("Manager.connect() waits no longer than it is told for one that does not say who it is", async () => {
  const key = importAuthKey(new TextEncoder().encode(authKey));
  const terms = { key, purpose: "manager", maxReceive: 1_000 };
  const silent = new SocketServer({
    address: TCP,
    backlog: 2,
    onRejected: undefined,
    ...terms,
  });
  const address = silent.address as typeof TCP;
  const aborting = new AbortController();
  const reason = new Error("on purpose");
  const connecting = [
    assertRejects(
      () => Manager.connect(address, { authKey, timeout: 1_000 }),
      DOMException,
      `Cannot connect to 127.0.0.1:${address.port}: timed out after 1000 ms`,
    ),
    Manager.connect(address, { authKey, signal: aborting.signal })
      .catch((error) => assertStrictEquals(error, reason)),
  ];
  const sockets = [await silent.accept(), await silent.accept()];
  const ends = sockets.map(async (socket) => {
    socket.hold(true);
    while (await socket.reader.fill()) {
      socket.reader.take();
      // They have been let in, and ask for the name.
      aborting.abort(reason);
    }
  });
  await Promise.all([...connecting, ...ends]);
  for (const socket of sockets) socket.close();
  await silent.close();
});

Deno.test("Manager drops who sends garbage or nothing, and serves the others", async () => {
  await using manager = new Manager({ address: TCP, authKey });
  const address = await manager.address as typeof TCP;
  await using remote = await Manager.connect(address, { authKey });
  const silent = await Deno.connect(address);
  const terms = {
    key: importAuthKey(new TextEncoder().encode(authKey)),
    purpose: "manager",
    maxReceive: 1_000,
  };
  const header = (kind: number) => {
    const bytes = new Uint8Array(25);
    bytes[0] = kind;
    return bytes;
  };
  const garbage = [
    new Uint8Array(),
    new Uint8Array([3]),
    new Uint8Array(20).fill(255),
    header(0),
    header(1),
    header(7),
    header(3),
    header(2),
    header(5),
    crypto.getRandomValues(new Uint8Array(200)),
  ];
  for (const bytes of garbage) {
    const socket = await connectSocket(address, terms);
    socket.hold(true);
    await socket.send(0, bytes);
    // It is dropped.
    assertEquals(await socket.receive().catch(() => undefined), undefined);
    socket.close();
  }
  assertEquals(await remote.list([1, 2]).length, 2);
  assertEquals((await manager.counts()).clients, 2);
  silent.close();
});

Deno.test("Manager withdraws and hands on what a connection held that ends", async () => {
  await using manager = new Manager({ address: TCP, authKey });
  const lock = manager.lock();
  await manager.publish("lock", lock);
  const remote = await Manager.connect(await manager.address, { authKey });
  const same = await remote.lookup<typeof lock>("lock");
  await same.acquire();
  const waiting = assertRejects(() => same.acquire(), Error);
  await same.locked;
  await remote[Symbol.asyncDispose]();
  assertEquals(
    (await waiting).message.replace(/Manager-\d+ at .*:\d+/, "…"),
    "Cannot call acquire() of LockProxy: the connection to the manager … is closed",
  );
  const guard = await lock.acquire({ timeout: 1_000 });
  assertEquals(guard.abandoned, true);
});

Deno.test("Manager does what a connection asked for before it ended", async () => {
  await using manager = new Manager({ address: TCP, authKey });
  const lock = manager.lock();
  await manager.publish("lock", lock);
  const address = await manager.address;
  {
    await using remote = await Manager.connect(address, { authKey });
    const same = await remote.lookup<typeof lock>("lock");
    using _guard = await same.acquire();
  }
  await using guard = await lock.acquire();
  assertEquals(guard.abandoned, false);
});

Deno.test("Manager does what a connection asked of an object that was being made when it ended", async () => {
  await using manager = localManager({ address: TCP, authKey });
  const address = await manager.address;
  for (let times = 1; times <= 2; times++) {
    await using remote = await Manager.connect(address, { authKey });
    const counter = remote.create<typeof sharedCounter>("sharedCounter");
    counter.increment().catch(() => {});
  }
  const same = manager.create<typeof sharedCounter>("sharedCounter");
  await until(
    async () => (await manager.counts()).clients === 1,
    "nobody else is connected",
  );
  assertEquals(await same.total(), 102);
});

Deno.test("Manager lets go of a lock once its guard is released or collected, if its proxy has been disposed of", async () => {
  await using manager = new Manager({ address: TCP, authKey });
  await using remote = await Manager.connect(await manager.address, {
    authKey,
  });
  const isGone = () =>
    until(
      async () => (await manager.counts()).objects === 0,
      "the lock is let go of",
    );
  const hold = async (by: Manager) => {
    using lock = by.lock();
    return await lock.acquire();
  };
  for (const by of [manager, remote]) {
    const guard = await hold(by);
    assertEquals((await manager.counts()).objects, 1);
    await guard.release();
    await isGone();
    await hold(by);
    await collectGarbage();
    await isGone();
  }
});

const PARTY = new URL("../fixtures/manager/party.ts", import.meta.url);
const ENDINGS: Record<string, Partial<Record<Ending, boolean>>> = {
  Process: {
    returns: true,
    exits: true,
    "exits with calls under way": true,
    disconnects: true,
    fails: false,
    "exits with code 3": false,
    "is killed": false,
  },
  Thread: { returns: true, fails: false, "is stopped": false },
};

for (const Kind of [Process, Thread]) {
  for (const [ending, isGood] of Object.entries(ENDINGS[Kind.name])) {
    const becomes = isGood ? "leaves a barrier whole" : "breaks a barrier";
    Deno.test(`Manager ${becomes} when a ${Kind.name} of another program ${ending} that has waited there`, async () => {
      await using manager = new Manager({ address: TCP, authKey: "key" });
      const barrier = manager.barrier(2);
      await manager.publish("barrier", barrier);
      const party = new Kind({
        target: fromModule<typeof passAndEnd>(PARTY, "passAndEnd"),
        args: [await manager.address, ending as Ending],
      });
      party.start();
      await barrier.wait();
      if (ending === "is stopped") party.terminate();
      await party.join();
      await until(
        async () => (await manager.counts()).clients === 1,
        "nobody else is connected",
      );
      assertEquals(await barrier.broken, !isGood);
    });
  }
}

Deno.test("Manager that is killed is missed by who is connected", async () => {
  await using manager = new Manager({ address: TCP, authKey, name: "far" });
  const address = await manager.address as typeof TCP;
  await using remote = await Manager.connect(address, { authKey });
  const dict = remote.dict();
  await dict.size;
  const waiting = assertRejects(() => remote.event().wait(), Error);
  Deno.kill(manager.pid!, "SIGKILL");
  const over =
    `the manager far at 127.0.0.1:${address.port} has ended, or cannot be reached any more`;
  assertEquals(
    (await waiting).message,
    `Cannot call wait() of EventProxy: ${over}`,
  );
  await assertRejects(() => dict.size, Error, over);
});

Deno.test("Manager of another program takes no objects of this one", async () => {
  await using manager = new Manager({ address: TCP, authKey });
  await using remote = await Manager.connect(await manager.address, {
    authKey,
  });
  await assertRejects(
    () => remote.value(1).set(new Lock() as never),
    TypeError,
    "lives in the memory of its program and cannot be sent over a socket",
  );
  const value = manager.value<unknown>(1);
  await assertRejects(
    () => value.set(remote.dict()),
    TypeError,
    "connect to that manager there, by Manager.connect()",
  );
});

Deno.test("Manager keeps what it cannot send to who takes it", async () => {
  await using manager = new Manager({ address: TCP, authKey });
  await using remote = await Manager.connect(await manager.address, {
    authKey,
  });
  const message = "lives in the memory of its program";
  const refuses = (take: () => Promise<unknown>) =>
    assertRejects(take, TypeError, message);
  const lock = new Lock();
  const near = {
    queue: manager.joinableQueue<unknown>({ maxSize: 1 }),
    list: manager.list<unknown>([1, lock, 2]),
    dict: manager.dict<string, unknown>([["lock", lock]]),
    set: manager.set<unknown>([lock]),
    value: manager.value<unknown>(lock),
  };
  await manager.publish("all", manager.list(Object.values(near)));
  const all = await remote.lookup<ListProxy<unknown>>("all");
  const [queue, list, dict, set, value] = await all.toArray() as [
    typeof near.queue,
    typeof near.list,
    typeof near.dict,
    typeof near.set,
    typeof near.value,
  ];

  await near.queue.put(lock);
  const put = near.queue.put(1);
  await refuses(() => queue.get());
  await refuses(() => queue.tryGet());
  assertEquals(await near.queue.isFull(), true);
  assert(await near.queue.get() === lock);
  await put;
  assertEquals(await queue.get(), 1);
  const refused = refuses(() => queue.get());
  await queue.size;
  const got = near.queue.get();
  await near.queue.put(lock);
  await refused;
  assert(await got === lock);
  for (let n = 0; n < 2; n++) await near.queue.taskDone();
  await queue.taskDone();
  await near.queue.join();

  await refuses(() => list.pop(1));
  await refuses(() => list.splice(0, 2, 7));
  assertEquals(await near.list.toArray(), [1, lock, 2]);
  assertEquals(await list.pop(), 2);
  await refuses(() => dict.pop("lock"));
  assert(await near.dict.pop("lock") === lock);
  await refuses(() => set.pop());
  assert(await near.set.pop() === lock);
  await refuses(() => value.swap(2));
  assert(await near.value.swap(2) === lock);
});

Deno.test("Manager takes the place of one that was killed", async () => {
  const folder = Deno.makeTempDirSync();
  const options = { address: `${folder}/socket`, authKey: "key" };
  const killed = Deno.listen({ transport: "unix", path: options.address });
  Deno.renameSync(options.address, `${folder}/moved`);
  killed.close();
  Deno.renameSync(`${folder}/moved`, options.address);
  {
    await using manager = new Manager(options);
    assertEquals(await manager.address, options.address);
    await using connected = await Manager.connect(options.address, options);
    assertEquals((await connected.counts()).objects, 0);
  }
  assertEquals([...Deno.readDirSync(folder)], []);
  Deno.removeSync(folder);
});

Deno.test("Manager without an address has none, and says why it could not listen", async () => {
  await using manager = new Manager();
  await assertRejects(
    () => manager.address,
    Error,
    "Cannot give the address: the manager was made without one",
  );
  await using first = new Manager({ address: TCP, authKey });
  await using second = new Manager({ address: await first.address, authKey });
  await assertRejects(() => second.address, Deno.errors.AddrInUse);
  assertEquals(await second.list([1]).length, 1);
});

Deno.test("Manager encrypts what passes by TLS, for who trusts its certificate", async () => {
  const read = (name: string) =>
    Deno.readTextFileSync(
      new URL(`../fixtures/manager/tls/${name}.pem`, import.meta.url),
    );
  await using manager = new Manager({
    address: { hostname: "localhost", port: 0 },
    authKey,
    tls: { cert: read("cert"), key: read("key") },
  });
  const { port } = await manager.address as typeof TCP;
  const address = { hostname: "localhost", port };
  await using remote = await Manager.connect(address, {
    authKey,
    tls: { caCerts: [read("ca")] },
  });
  const list = remote.list(Array.from({ length: 50_000 }, (_, n) => n));
  assertEquals((await list.toArray()).length, 50_000);
  await assertRejects(
    () => Manager.connect(address, { authKey, tls: {}, timeout: 5_000 }),
    Error,
  );
  await assertRejects(
    () => Manager.connect(address, { authKey, timeout: 500 }),
    Error,
  );
  assertEquals(await list.length, 50_000);
});
