// What CPython's _TestMyManager, _TestRemoteManager, _TestManagerRestart and TestManagerExceptions
// ask, against ours.

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type Address, Manager, type QueueProxy } from "../../manager/mod.ts";
import { AuthenticationError } from "../../pipe/mod.ts";
import { fromModule } from "../../process/mod.ts";
import type {
  Board,
  Foo,
  squares,
  Witness,
} from "../fixtures/conformance/own_classes.ts";
import {
  leaveNothingBehind,
  startProcess,
  testBytes,
  testProcesses,
} from "./backends.ts";
import { startProgram } from "./programs.ts";

leaveNothingBehind();

const CLASSES = new URL(
  "../fixtures/conformance/own_classes.ts",
  import.meta.url,
);
const ADDRESS = { hostname: "127.0.0.1", port: 0 };

/** What CPython's common() asks of any manager with own classes. */
async function checkOwnObjects(manager: Manager): Promise<void> {
  const foo = manager.create<typeof Foo>("Foo");
  assertEquals(await foo.f(), "f()");
  await assertRejects(() => foo.g(), TypeError, "g()");
  await assertRejects(
    () => (foo as unknown as { _h(): Promise<string> })._h(),
    TypeError,
    'Cannot call "_h" of Foo: it has no such public method',
  );
  const numbers = manager.create<typeof squares>("squares");
  const found: unknown[] = [];
  for (;;) {
    const { done, value } = await numbers.next();
    if (done) break;
    found.push(value);
  }
  assertEquals(found, [0, 1, 4, 9, 16, 25, 36, 49, 64, 81]);
}

function registerOwn(): void {
  Manager.register("Foo", fromModule(CLASSES, "Foo"));
  Manager.register("squares", fromModule(CLASSES, "squares"));
}

Deno.test(
  "Manager has objects of own classes, and no more of them than is public",
  async () => {
    registerOwn();
    await using manager = new Manager();
    await checkOwnObjects(manager);
  },
);

Deno.test(
  "Manager ends with its block, and every call of its objects with it",
  async () => {
    registerOwn();
    let list, pid;
    {
      await using manager = new Manager();
      await checkOwnObjects(manager);
      pid = manager.pid!;
      list = manager.list([1]);
      assertEquals(await list.length, 1);
    }
    await assertRejects(() => list.length, Error, "has ended");
    assertThrows(() => Deno.kill(pid, "SIGCONT"), Deno.errors.NotFound);
  },
);

Deno.test(
  "Manager is reached by another process that knows its address and key",
  async () => {
    Manager.register("Board", fromModule(CLASSES, "Board"));
    await using manager = new Manager({ address: ADDRESS, authKey: "key" });
    const board = manager.create<typeof Board>("Board");
    await manager.publish("queue", manager.queue<unknown>());
    const values = [
      "hello world",
      null,
      true,
      2.25,
      "hall\u00e5 v\u00e4rlden",
      "\u043f\u0440\u0438\u0432\u0456\u0442 \u0441\u0432\u0456\u0442",
      new Uint8Array([104, 97, 108, 108, 0xe5]),
    ];
    const child = startProcess(
      async (url: string, address: unknown, values: readonly unknown[]) => {
        const { Manager } = await import(url);
        await using manager = await Manager.connect(address, {
          authKey: "key",
        });
        await manager.create("Board").add("hall\u00e5 v\u00e4rlden");
        await (await manager.lookup("queue")).put(values);
      },
      new URL("../../manager/mod.ts", import.meta.url).href,
      await manager.address,
      values,
    );
    assertEquals(await child.join(), 0);
    assertEquals(await board.all(), ["hello", "hallå världen"]);
    await using other = await Manager.connect(await manager.address, {
      authKey: "key",
    });
    const queue = await other.lookup<QueueProxy>("queue");
    assertEquals(await queue.get(), values);
    await assertRejects(
      () => queue.put(setTimeout),
      TypeError,
      "Cannot send",
    );
    assertEquals(await queue.size, 0);
  },
);

Deno.test("Manager lets nobody in who has another key", async () => {
  await using manager = new Manager({ address: ADDRESS, authKey: "key" });
  for (const authKey of ["another", undefined]) {
    await assertRejects(
      async () => Manager.connect(await manager.address, { authKey }),
      AuthenticationError,
    );
  }
});

Deno.test(
  "Manager imports the module of an own class once, for all who make its objects",
  async () => {
    Manager.register("Witness", fromModule(CLASSES, "Witness"));
    await using manager = new Manager({ address: ADDRESS, authKey: "key" });
    const address = await manager.address;
    await using other = await Manager.connect(address, { authKey: "key" });
    const evaluations = await Promise.all(
      [manager, other, manager].map((it) =>
        it.create<typeof Witness>("Witness").evaluation()
      ),
    );
    assertEquals(new Set(evaluations).size, 1);
    assertEquals(parseInt(evaluations[0]), manager.pid);
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
    const { SharedMemory } = await import("../../sync/mod.ts");
    const names: string[] = [];
    const sizes = [32, 64, 128];
    {
      await using manager = new Manager();
      for (const size of sizes) {
        using memory = await manager.sharedMemory(size);
        new Uint8Array(memory.buffer)[size - 1] = size;
        names.push(memory.name);
      }
      for (const [n, size] of sizes.entries()) {
        // The manager alone has it now.
        using memory = SharedMemory.open(names[n]);
        assertEquals([memory.size, new Uint8Array(memory.buffer)[size - 1]], [
          size,
          size,
        ]);
      }
    }
    for (const name of names) {
      assertThrows(() => SharedMemory.open(name), Deno.errors.NotFound);
    }
  },
);

testProcesses(
  "Manager outlives a SIGINT that its program survives",
  async () => {
    const program = startProgram("manages_through_sigint.ts", {
      detached: true,
    });
    await program.printed("ready");
    program.signal("SIGINT", "group");
    const { code, stdout, stderr } = await program.ended();
    assertEquals([code, stdout, stderr], [0, "ready 1\nheard\n2\n", ""]);
  },
);
