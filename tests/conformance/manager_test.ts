// What CPython's _TestMyManager, _TestRemoteManager, _TestManagerRestart and TestManagerExceptions
// ask, against ours.

import { assertEquals, assertRejects } from "@std/assert";
import { type Address, Manager } from "../../manager/mod.ts";
import { fromModule } from "../../process/mod.ts";
import type { Board, Foo } from "../fixtures/conformance/own_classes.ts";
import { leaveNothingBehind, startProcess, testBytes } from "./backends.ts";

leaveNothingBehind();

const CLASSES = new URL(
  "../fixtures/conformance/own_classes.ts",
  import.meta.url,
);
const ADDRESS = { hostname: "127.0.0.1", port: 0 };

Deno.test(
  "Manager has objects of own classes, and no more of them than is public",
  async () => {
    Manager.register("Foo", fromModule(CLASSES, "Foo"));
    await using manager = new Manager();
    const foo = manager.create<typeof Foo>("Foo");
    assertEquals(await foo.f(), "f()");
    await assertRejects(() => foo.g(), TypeError, "g()");
    await assertRejects(
      () => (foo as unknown as { _h(): Promise<string> })._h(),
      TypeError,
      'Cannot call "_h" of Foo: it has no such public method',
    );
    assertEquals(await manager.list([1]).length, 1);
  },
);

Deno.test(
  "Manager ends with its block, and every call of its objects with it",
  async () => {
    let list;
    {
      await using manager = new Manager();
      list = manager.list([1]);
      assertEquals(await list.length, 1);
    }
    await assertRejects(() => list.length, Error, "has ended");
  },
);

Deno.test(
  "Manager is reached by another process that knows its address and key",
  async () => {
    Manager.register("Board", fromModule(CLASSES, "Board"));
    await using manager = new Manager({ address: ADDRESS, authKey: "key" });
    const board = manager.create<typeof Board>("Board");
    await manager.publish("queue", manager.queue<string>());
    const child = startProcess(
      async (url: string, address: unknown) => {
        const { Manager } = await import(url);
        await using manager = await Manager.connect(address, {
          authKey: "key",
        });
        await manager.create("Board").add("hall\u00e5 v\u00e4rlden");
        await (await manager.lookup("queue")).put("put by another");
      },
      new URL("../../manager/mod.ts", import.meta.url).href,
      await manager.address,
    );
    assertEquals(await child.join(), 0);
    assertEquals(await board.all(), ["hello", "hallå världen"]);
    const queue = await manager.lookup<ReturnType<typeof manager.queue>>(
      "queue",
    );
    assertEquals(await queue.get(), "put by another");
  },
);

Deno.test(
  "Manager can be made again at once at the address of one that has ended",
  async () => {
    let address: Address = ADDRESS;
    for (let round = 0; round < 3; round++) {
      await using manager: Manager = new Manager({ address, authKey: "key" });
      address = await manager.address;
      await using other = await Manager.connect(address, { authKey: "key" });
      assertEquals(await other.value(round).value, round);
    }
  },
);

testBytes(
  "Manager removes the shared memory that it gave when it ends",
  async () => {
    const names: string[] = [];
    {
      await using manager = new Manager();
      for (const size of [32, 64]) {
        using memory = await manager.sharedMemory(size);
        names.push(memory.name);
      }
    }
    const { SharedMemory } = await import("../../sync/mod.ts");
    for (const name of names) {
      await assertRejects(
        () => Promise.try(() => SharedMemory.open(name)),
        Error,
      );
    }
  },
);

Deno.test(
  "Manager outlives a SIGINT that its program survives",
  async () => {
    await using manager = new Manager();
    const value = manager.value(1);
    assertEquals(await value.value, 1);
    Deno.kill(manager.pid!, "SIGINT");
    assertEquals(await value.modify((n) => n + 1), 2);
  },
);
