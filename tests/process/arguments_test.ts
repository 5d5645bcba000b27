// What a target gets, and what is left when it cannot be sent.

import { assertEquals, assertThrows } from "@std/assert";
import { Process, Thread } from "../../process/mod.ts";
import { Queue } from "../../queue/mod.ts";
import { collectGarbage } from "../handles/collect_garbage.ts";
import { memoryUse } from "./memory_use.ts";
import { leaveNoProcess } from "./run_fixture.ts";

leaveNoProcess();

const kinds = { Process, Thread } as const;

/** Exits with 0 if the argument is what the text says. */
const compare = (value: unknown, text: string) => {
  const shown = Deno.inspect(value, { depth: 9, sorted: true });
  if (shown === text) return;
  console.error(`${shown} is not ${text}`);
  Deno.exit(2);
};

for (const kind of ["Process", "Thread"] as const) {
  const to = kind === "Process" ? "another process" : "another thread";

  Deno.test(`${kind} args arrive as structuredClone() would copy them`, async () => {
    const cycle: Record<string, unknown> = { name: "cycle" };
    cycle.self = cycle;
    const value = [
      undefined,
      null,
      NaN,
      -0,
      12345678901234567890n,
      "text \u{1F600} \0",
      new Date(1e12),
      /a+/gi,
      new Map<unknown, unknown>([[1, new Set(["x"])], [{}, []]]),
      new Uint8Array([1, 2, 3]),
      new Float64Array([0.5]),
      cycle,
      { a: { b: { c: "d" } } },
    ];
    const text = Deno.inspect(value, { depth: 9, sorted: true });
    const child = new kinds[kind]({ target: compare, args: [value, text] });
    child.start();
    assertEquals(await child.join(), 0);
  });

  Deno.test(`${kind} args may be ten megabytes`, async () => {
    const child = new kinds[kind]({
      target: (bytes: Uint8Array, text: string) =>
        Deno.exit(bytes.length === 1e7 && text.length === 1e6 ? 5 : 6),
      args: [new Uint8Array(1e7), "x".repeat(1e6)],
    });
    child.start();
    assertEquals(await child.join(), 5);
  });

  Deno.test(`${kind} args are copied by start()`, async () => {
    const list = [1];
    const child = new kinds[kind]({
      target: (list: number[]) => Deno.exit(list.length),
      args: [list],
    });
    list.push(2);
    child.start();
    list.push(3);
    assertEquals(await child.join(), 2);
  });

  Deno.test(`${kind} args that cannot be sent are a TypeError of start() that leaves nothing`, async () => {
    const first = new kinds[kind]({ target: () => {} });
    first.start();
    await first.join();
    const queue = new Queue();
    await collectGarbage();
    const before = [memoryUse("process"), memoryUse("thread")];
    const cases: [unknown, string][] = [
      [
        { list: [1, { onDone: () => {} }] },
        `Cannot send args[1].list[1].onDone: a function cannot be sent to ${to}`,
      ],
      [Symbol("s"), `Cannot send args[1]: a symbol cannot be sent to ${to}`],
      [
        { promise: Promise.resolve() },
        `Cannot send args[1].promise: a Promise cannot be sent to ${to}`,
      ],
      [
        new Map([["key", new WeakMap()]]),
        `Cannot send args[1].get("key"): a WeakMap cannot be sent to ${to}`,
      ],
      [
        { "not a name": Math.max },
        `Cannot send args[1]["not a name"]: a function cannot be sent to ${to}`,
      ],
      [
        new Error("x", { cause: () => {} }),
        `Cannot send args[1].cause: a function cannot be sent to ${to}`,
      ],
    ];
    for (const [value, message] of cases) {
      const child = new kinds[kind]({
        target: () => {},
        args: [queue, value] as unknown as [],
      });
      const error = assertThrows(() => child.start(), TypeError);
      assertEquals(error.message, message);
      assertEquals(child.isAlive(), false);
      child.close();
    }
    assertEquals([memoryUse("process"), memoryUse("thread")], before);
    queue.close();
  });

  Deno.test(`${kind} that failed to start can be started when the reason is gone`, async () => {
    const args: [unknown] = [() => {}];
    const child = new kinds[kind]({ target: (_: unknown) => {}, args });
    assertThrows(() => child.start(), TypeError);
    args[0] = 1;
    child.start();
    assertEquals(await child.join(), 0);
  });
}
