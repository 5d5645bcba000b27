// Shared memory: its names, who has it open, and what is left when it is closed.

import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import {
  CELL,
  cellAt,
  cellsInUse,
  HEADER,
  processMemory,
  unitsInUse,
} from "../../_internal/memory/mod.ts";
import type { Process } from "../../process/mod.ts";
import { Queue } from "../../queue/mod.ts";
import { SharedArray, SharedMemory } from "../../sync/mod.ts";
import { findStdSource, stdFlags } from "../../scripts/std_source.ts";
import {
  createAndLeave,
  holdMemory,
  inGrandchild,
  start,
  useClosed,
  writeByName,
  writeTo,
} from "../fixtures/values/children.ts";
import { collectGarbage } from "../handles/collect_garbage.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { runProgram } from "../run_program.ts";
import { sharedTest } from "../shared_memory.ts";

leaveNothing({ threads: true });

const LONG = { timeout: 20_000 };
const { NotFound, AlreadyExists } = Deno.errors;

function usage() {
  const memory = processMemory();
  return [cellsInUse(memory), unitsInUse(memory)];
}

function text(memory: SharedMemory, length: number): string {
  return new TextDecoder().decode(
    new Uint8Array(memory.buffer, 0, length).slice(),
  );
}

sharedTest(
  "bytes",
  "SharedMemory is of the size and the name that it was given, and of zeroes",
  () => {
    for (const size of [1, 7, 512, 65_536, 1_000_003]) {
      for (const name of [undefined, "a name/ü 🙂", "n".repeat(255)]) {
        const before = usage();
        const memory = SharedMemory.create(size, { name });
        assertEquals([memory.size, memory.buffer.byteLength], [size, size]);
        assert(memory.buffer === memory.buffer);
        if (name === undefined) assert(memory.name.startsWith("psm_"));
        else assertEquals(memory.name, name);
        const bytes = new Uint8Array(memory.buffer);
        assert(bytes.every((byte) => byte === 0));
        bytes.fill(255);
        const same = SharedMemory.open(memory.name);
        assertEquals([same.size, same.name], [size, memory.name]);
        assertEquals(new Uint8Array(same.buffer)[size - 1], 255);
        memory.close();
        same.close();
        memory.unlink();
        assertEquals(usage(), before);
      }
    }
  },
);

sharedTest(
  "bytes",
  "SharedMemory lives until it is unlinked and closed by all",
  () => {
    const before = usage();
    const memory = SharedMemory.create(100);
    new Uint8Array(memory.buffer)[5] = 6;
    memory.close();
    const again = SharedMemory.open(memory.name);
    assertEquals(new Uint8Array(again.buffer)[5], 6);
    again.unlink();
    assertThrows(() => SharedMemory.open(memory.name), NotFound);
    assertEquals(new Uint8Array(again.buffer)[5], 6);
    again.close();
    assertEquals(usage(), before);
  },
);

sharedTest(
  "bytes",
  "SharedMemory.unlink() says when it has been done already",
  () => {
    const memory = SharedMemory.create(5, { name: "once" });
    using other = SharedMemory.open("once");
    memory.unlink();
    const message = 'Cannot unlink shared memory "once": it has been unlinked';
    for (const each of [memory, other]) {
      assertEquals(
        assertThrows(() => each.unlink(), NotFound).message,
        message,
      );
    }
    memory.close();
    // Another of that name is not meant.
    const next = SharedMemory.create(6, { name: "once" });
    assertThrows(() => other.unlink(), NotFound, message);
    assertEquals(SharedMemory.open("once").size, 6);
    next.unlink();
  },
);

sharedTest(
  "bytes",
  "SharedMemory.create() refuses a name that is there",
  () => {
    const before = usage();
    const memory = SharedMemory.create(5, { name: "twice" });
    const during = usage();
    assertEquals(
      assertThrows(
        () => SharedMemory.create(5, { name: "twice" }),
        AlreadyExists,
      ).message,
      'Cannot create shared memory "twice": there is one already',
    );
    assertEquals(usage(), during);
    memory.unlink();
    const next = SharedMemory.create(7, { name: "twice" });
    assertEquals([memory.size, next.size], [5, 7]);
    next.unlink();
    next.close();
    memory.close();
    assertEquals(usage(), before);
  },
);

sharedTest(
  "bytes",
  "SharedMemory refuses sizes and names that cannot be",
  () => {
    const before = usage();
    for (const size of [0, -1, -2, 0.5, NaN, Infinity, 2 ** 60]) {
      const most = size === 2 ** 60 ? ` to ${Number.MAX_SAFE_INTEGER}` : "";
      assertEquals(
        assertThrows(() => SharedMemory.create(size), RangeError).message,
        `Cannot create shared memory: its size is ${size}, not a whole number from 1${most}`,
      );
    }
    assertThrows(() => SharedMemory.create(2 ** 50), RangeError, "exhausted");
    for (
      const [size, kind] of [["5", "a string"], [undefined, "undefined"], [
        5n,
        "a bigint",
      ]]
    ) {
      assertEquals(
        assertThrows(() => SharedMemory.create(size as never), TypeError)
          .message,
        `Cannot create shared memory: its size is ${kind}, not a number`,
      );
    }
    for (
      const [name, problem] of [
        ["", "its name is empty"],
        ["a\0b", "its name has a NUL in it"],
        ["n".repeat(256), "its name is 256 bytes long, more than 255"],
        ["ü".repeat(128), "its name is 256 bytes long, more than 255"],
        ["\ud800", "its name has half a character in it"],
      ]
    ) {
      for (
        const [doing, run] of [
          ["create", () => SharedMemory.create(5, { name })],
          ["open", () => SharedMemory.open(name)],
        ] as const
      ) {
        assertEquals(
          assertThrows(run, RangeError).message,
          `Cannot ${doing} shared memory: ${problem}`,
        );
      }
    }
    for (const name of [5, null, {}] as never[]) {
      assertThrows(() => SharedMemory.open(name), TypeError, "not a string");
      assertThrows(() => SharedMemory.create(1, { name }), TypeError);
    }
    assertThrows(() => SharedMemory.open(undefined as never), TypeError);
    assertThrows(
      () => SharedMemory.create(1, { name: "psm_0_1" }),
      RangeError,
      "Cannot create shared memory: names that begin with psm_ are given by create() only",
    );
    assertThrows(
      () => Reflect.construct(SharedMemory, []),
      TypeError,
      "Cannot create shared memory by new: use SharedMemory.create() or SharedMemory.open()",
    );
    assertEquals(usage(), before);
  },
);

sharedTest(
  "bytes",
  "SharedMemory.open() finds nothing of an unknown name",
  () => {
    const gone = SharedMemory.create(5);
    gone.unlink();
    using array = new SharedArray("u8", 5);
    array.array;
    for (
      const name of [
        "unknown",
        gone.name,
        "psm_0_0",
        "psm_zzzzzz_zzzzzz",
        "psm_",
        "psm_0_0_0",
        "psm_-1_1",
      ]
    ) {
      assertEquals(
        assertThrows(() => SharedMemory.open(name), NotFound).message,
        `Cannot open shared memory "${name}": there is none of that name; names are known within one program only`,
      );
    }
    gone.close();
  },
);

sharedTest(
  "bytes",
  "SharedMemory that is closed shows nothing, by whatever was made of it",
  () => {
    const memory = SharedMemory.create(100);
    const { buffer, name } = memory;
    const bytes = new Uint8Array(buffer);
    const part = bytes.subarray(5, 50);
    const numbers = new Float64Array(buffer, 8, 4);
    const view = new DataView(buffer, 4);
    memory.close();
    memory.close();
    memory[Symbol.dispose]();
    for (const use of [() => memory.buffer, () => memory.size]) {
      assertEquals(
        assertThrows(use as () => unknown, Error).message,
        `Cannot read shared memory "${name}": it is closed`,
      );
    }
    assertEquals([bytes.length, part.length, numbers.length], [0, 0, 0]);
    bytes[0] = part[0] = numbers[0] = 5;
    assertEquals([bytes[0], part[0], numbers[0]], new Array(3).fill(undefined));
    assertThrows(() => view.setInt8(0, 1), TypeError);
    assertThrows(() => view.byteLength, TypeError);
    assertThrows(() => Atomics.add(bytes, 0, 1), TypeError);
    assertThrows(() => new Uint8Array(buffer), TypeError);
    assertThrows(() => buffer.slice(0), TypeError);
    assertThrows(() => structuredClone(buffer), Error);
    assertThrows(() => bytes.set([1]), Error);

    memory.unlink();
  },
);

sharedTest(
  "bytes",
  "SharedMemory may be closed in the midst of anything",
  () => {
    const uses: ((numbers: Float64Array, close: () => void) => unknown)[] = [
      (numbers, close) => numbers.map((n, at) => (at === 50 && close(), n)),
      (numbers, close) => numbers.sort((a, b) => (close(), a - b)),
      (numbers, close) => numbers.forEach((_, at) => at === 9 && close()),
      (numbers, close) =>
        numbers.fill({ valueOf: () => (close(), 1) } as never),
      (numbers, close) =>
        numbers.set([1, { valueOf: () => (close(), 1) }, 1] as number[]),
      (numbers, close) =>
        numbers.copyWithin({ valueOf: () => (close(), 1) } as never, 5),
      (numbers, close) =>
        numbers.subarray({ valueOf: () => (close(), 1) } as never),
      (numbers, close) =>
        new DataView(numbers.buffer).setFloat64(
          8,
          { valueOf: () => (close(), 1) } as never,
        ),
      (numbers, close) =>
        Atomics.store(
          new Int32Array(numbers.buffer),
          0,
          { valueOf: () => (close(), 1) } as never,
        ),
      (numbers, close) =>
        new TextDecoder().decode(numbers, {
          get stream() {
            close();
            return false;
          },
        }),
      (numbers, close) => {
        // Long enough to be compiled with the bytes still there.
        let sum = 0;
        for (let n = 0; n < 200_000; n++) {
          if (n === 150_000) close();
          sum += numbers[n % numbers.length] ?? 0;
          numbers[n % 100] = n;
        }
        return sum;
      },
    ];
    for (const use of uses) {
      const memory = SharedMemory.create(100_000);
      const numbers = new Float64Array(memory.buffer);
      memory.unlink();
      try {
        use(numbers, () => memory.close());
      } catch (error) {
        // An error is as good, but nothing else.
        assert(error instanceof TypeError || error instanceof RangeError);
      }
      assertEquals([numbers.length, numbers[5]], [0, undefined] as unknown[]);
      using other = SharedMemory.create(100_000);
      assert(new Uint8Array(other.buffer).every((byte) => byte === 0));
      other.unlink();
    }
  },
);

sharedTest(
  "bytes",
  "SharedMemory whose buffer was transferred by mistake can still be closed",
  () => {
    const memory = SharedMemory.create(100);
    const moved = structuredClone(memory.buffer, { transfer: [memory.buffer] });
    assertEquals([memory.buffer.byteLength, moved.byteLength], [0, 100]);
    memory.close();
    memory.unlink();
  },
);

sharedTest(
  "bytes",
  "SharedMemory of one handle stays when another is closed",
  () => {
    const first = SharedMemory.create(10);
    const second = SharedMemory.open(first.name);
    const third = SharedMemory.open(first.name);
    assertNotEquals(first.buffer === second.buffer, true);
    second.close();
    new Uint8Array(first.buffer)[0] = 1;
    assertEquals(new Uint8Array(third.buffer)[0], 1);
    first.close();
    first.unlink();
    assertEquals(new Uint8Array(third.buffer)[0], 1);
    third.close();
    assertThrows(() => SharedMemory.open(first.name), NotFound);
  },
);

sharedTest(
  "bytes",
  "SharedMemory is written to by a process, a thread and a grandchild, by name and by handle",
  async () => {
    const memory = SharedMemory.create(512);
    const { name } = memory;
    for (const kind of ["process", "thread"] as const) {
      assertEquals(await start(kind, writeByName, name, "howdy").join(), 0);
      assertEquals(text(memory, 5), "howdy");
      assertEquals(await start(kind, writeTo, memory, "HELLO").join(), 0);
      assertEquals(text(memory, 5), "HELLO");
    }
    for (
      const [target, given] of [["writeByName", name], [
        "writeTo",
        memory,
      ]] as const
    ) {
      const child = start(
        "process",
        inGrandchild,
        "process",
        target,
        given,
        "abc",
      );
      assertEquals(await child.join(), 0);
      assertEquals(text(memory, 5), "abcLO");
      new Uint8Array(memory.buffer).set([0, 0, 0]);
    }
    memory.close();
    memory.unlink();
  },
);

sharedTest(
  "bytes",
  "SharedMemory that is closed in a child is an error there, and goes on here",
  async () => {
    const said = new Queue<unknown>();
    using memory = SharedMemory.create(100);
    new Uint8Array(memory.buffer).fill(9);
    for (const kind of ["process", "thread"] as const) {
      const child = start(kind, useClosed, memory, said);
      const [errors, length, part, name] = await said.get(LONG) as unknown[];
      const closed = `Error: Cannot read shared memory "${name}": it is closed`;
      assertEquals((errors as string[]).slice(0, 2), [closed, closed]);
      assert((errors as string[])[2].startsWith("TypeError"));
      assertEquals([length, part], [0, undefined]);
      assertEquals(await child.join(), 0);
    }
    assertEquals(new Uint8Array(memory.buffer)[0], 9);
    memory.unlink();
  },
);

for (const end of ["return", "exit", "kill"] as const) {
  sharedTest(
    "bytes",
    `SharedMemory stays when its creator ends by ${end}`,
    async () => {
      await collectGarbage();
      const before = usage();
      const said = new Queue<unknown>();
      for (const name of [undefined, "of a child"]) {
        const child = start(
          "process",
          createAndLeave,
          name,
          said,
          end === "kill" ? "sleep" : end,
        ) as Process<never>;
        const told = await said.get(LONG) as string;
        if (end === "kill") child.kill();
        await child.join();
        const memory = SharedMemory.open(told);
        assertEquals(memory.size, 100_000);
        assertEquals(new Uint8Array(memory.buffer)[99_999], 7);
        memory.unlink();
        memory.close();
      }
      assertEquals(usage()[0] - before[0], 1);
      said.close();
    },
  );
}

sharedTest(
  "bytes",
  "SharedMemory goes when the last who has it open is killed",
  async () => {
    const said = new Queue<unknown>();
    await collectGarbage();
    const before = usage();
    const memory = SharedMemory.create(1_000_000);
    const child = start("process", holdMemory, memory, said) as Process<never>;
    assertEquals(await said.get(LONG), "holds");
    memory.unlink();
    memory.close();
    assertEquals(usage()[0], before[0] + 1);
    child.kill();
    await child.join();
    const [cells, units] = usage();
    // The queue has a unit since it was used.
    assertEquals([cells, units], [before[0], before[1] + 1]);
    said.close();
  },
);

sharedTest(
  "bytes",
  "SharedMemory that has gone cannot be received",
  async () => {
    await collectGarbage();
    const before = usage();
    const queue = new Queue<SharedMemory>();
    const memory = SharedMemory.create(100);
    await queue.put(memory);
    memory.close();
    memory.unlink();
    // The message keeps it.
    const came = await queue.get();
    assertEquals(came.size, 100);
    await queue.put(came);
    came.close();
    // As if its sender had died before it counted the message.
    const found = cellOf(came.name);
    const { words } = processMemory();
    words[cellAt(found) + CELL.GENERATION]++;
    assertEquals(
      (await assertRejects(() => queue.get(), Error)).message,
      "Cannot receive a shared object: it no longer exists",
    );
    words[cellAt(found) + CELL.GENERATION]--;
    await assertRejects(
      async () => await queue.put(came),
      TypeError,
      "Cannot send message: this SharedMemory is closed",
    );
    queue.close();
    assert(usage()[0] <= before[0] + 2);
  },
);

sharedTest("bytes", "SharedMemory trusts nothing that it reads", () => {
  const memory = SharedMemory.create(100);
  const { words } = processMemory();
  const at = cellAt(cellOf(memory.name)) + CELL.BODY;
  const original = words.slice(at, at + 8);
  memory.close();
  for (
    const [word, values] of [
      // The length, low and high, and the unit.
      [1, [65_537, -1, 2 ** 31 - 1]],
      [2, [1, -1, 2 ** 31 - 1]],
      [3, [0, -1, 2 ** 31 - 1, -(2 ** 31), words[HEADER.UNIT_TOP] + 1]],
    ] as const
  ) {
    for (const value of values) {
      words[at + word] = value;
      assertThrows(
        () => SharedMemory.open(memory.name),
        Error,
        "Cannot open shared memory: what describes it has been overwritten",
      );
      words[at + word] = original[word];
    }
  }
  for (const length of [-1, 256, 2 ** 31 - 1]) {
    words[at + 6] = length;
    assertThrows(() => SharedMemory.open(memory.name), NotFound);
    words[at + 6] = original[6];
  }
  SharedMemory.open(memory.name).close();
  memory.unlink();
});

Deno.test("SharedMemory and ShareableList say what they need", async () => {
  const { source } = await findStdSource();
  const program = `
    import { ShareableList, SharedMemory } from "@parallel/multiprocessing/sync";
    for (
      const run of [
        () => SharedMemory.create(5),
        () => SharedMemory.open("a"),
        () => new ShareableList([1]),
        () => new ShareableList({ name: "a" }),
      ]
    ) {
      try {
        run();
      } catch (error) {
        console.log(String(error));
      }
    }`;
  const file = Deno.makeTempFileSync({ suffix: ".ts" });
  try {
    Deno.writeTextFileSync(file, program);
    const config = new URL("../../deno.json", import.meta.url).pathname;
    const { stdout, stderr } = await runProgram("without FFI", [
      "run",
      "--no-check",
      "--quiet",
      "--allow-read",
      `--config=${config}`,
      ...stdFlags(source),
      file,
    ]);
    const needs = "it needs Linux and --allow-ffi\n";
    assertEquals(
      [stdout, stderr],
      [
        `Error: Cannot create shared memory: ${needs}` +
        `Error: Cannot open shared memory: ${needs}` +
        `Error: Cannot create shareable list: ${needs}` +
        `Error: Cannot open shared memory: ${needs}`,
        "",
      ],
    );
  } finally {
    Deno.removeSync(file);
  }
});

/** The cell that a name which was not given stands for. */
function cellOf(name: string): number {
  return parseInt(name.split("_")[1], 36);
}
