// After CPython's _TestSharedMemory, without its lists.

import { assert, assertEquals, assertThrows } from "@std/assert";
import { reachesProcesses } from "../../_internal/memory/mod.ts";
import { type Connection, Pipe } from "../../pipe/mod.ts";
import { fromModule } from "../../process/mod.ts";
import { SharedMemory } from "../../sync/mod.ts";
import {
  leaveNothingBehind,
  LONG,
  start,
  startProcess,
  testBytes,
} from "./backends.ts";
import { startProgram } from "./programs.ts";
import { listSystemFolder, mappedMemories } from "../system_files.ts";

leaveNothingBehind();

type Targets = typeof import("../fixtures/conformance/memory_targets.ts");
const TARGETS = new URL(
  "../fixtures/conformance/memory_targets.ts",
  import.meta.url,
);

const encoder = new TextEncoder();
const write = (memory: SharedMemory, text: string) =>
  new Uint8Array(memory.buffer).set(encoder.encode(text));
const read = (memory: SharedMemory, length: number) =>
  new TextDecoder().decode(new Uint8Array(memory.buffer).slice(0, length));

testBytes("SharedMemory has no name with a NUL in it", () => {
  using memory = SharedMemory.create(512, { name: "null" });
  const name = "null\0a";
  assertThrows(
    () => SharedMemory.open(name),
    RangeError,
    "Cannot open shared memory: its name has a NUL in it",
  );
  assertThrows(
    () => SharedMemory.create(512, { name }),
    RangeError,
    "Cannot create shared memory: its name has a NUL in it",
  );
  memory.unlink();
});

testBytes("SharedMemory has no name that is too long", () => {
  const name = "a".repeat(256);
  assertThrows(
    () => SharedMemory.create(1, { name }),
    RangeError,
    "Cannot create shared memory: its name is 256 bytes long, more than 255",
  );
  const memory = SharedMemory.create(1, { name: name.slice(1) });
  memory.close();
  memory.unlink();
});

testBytes("SharedMemory is found by its name until it is unlinked", () => {
  const memory = SharedMemory.create(512, { name: "basics" });
  assertEquals([memory.name, memory.size], ["basics", 512]);
  assertEquals(
    Deno.inspect(memory),
    'SharedMemory { name: "basics", size: 512 }',
  );
  assert(memory.buffer.byteLength >= 512);
  const bytes = new Uint8Array(memory.buffer);
  bytes[0] = 42;
  {
    using same = SharedMemory.open("basics");
    assertEquals([same.name, same.size], ["basics", 512]);
    assertEquals(new Uint8Array(same.buffer)[0], 42);
  }
  assertThrows(
    () => SharedMemory.create(64, { name: "basics" }),
    Deno.errors.AlreadyExists,
    'Cannot create shared memory "basics": there is one already',
  );
  assertThrows(
    () => SharedMemory.open("not there"),
    Deno.errors.NotFound,
    'Cannot open shared memory "not there": there is none of that name',
  );
  const other = SharedMemory.open("basics");
  other.unlink();
  other.close();
  assertThrows(
    () => memory.unlink(),
    Deno.errors.NotFound,
    'Cannot unlink shared memory "basics": it has been unlinked',
  );
  assertThrows(() => SharedMemory.open("basics"), Deno.errors.NotFound);
  // Who has it open keeps it.
  assertEquals(bytes[0], 42);
  memory.close();
  memory.close();
  for (const use of [() => memory.buffer, () => memory.size]) {
    assertThrows(
      use,
      Error,
      'Cannot read shared memory "basics": it is closed',
    );
  }
  // Late access is harmless.
  assertEquals([bytes.length, bytes[0]], [0, undefined]);
});

testBytes("SharedMemory without a name gets one that no other has", () => {
  const memories = Array.from({ length: 5 }, () => SharedMemory.create(1));
  const names = memories.map(({ name }) => name);
  assertEquals(new Set(names).size, 5);
  for (const memory of memories) {
    memory.close();
    memory.unlink();
  }
  assertThrows(
    () => SharedMemory.create(1, { name: names[0] }),
    RangeError,
    "Cannot create shared memory: names that begin with psm_ are given by create() only",
  );
});

Deno.test("SharedMemory is created with a size from 1, where processes can reach it", () => {
  for (const size of [-1, 0, 1.5, NaN, -2]) {
    assertThrows(
      () => SharedMemory.create(size),
      RangeError,
      `Cannot create shared memory: its size is ${size}, not a whole number from 1`,
    );
  }
  assertThrows(
    () => SharedMemory.create(undefined as unknown as number),
    TypeError,
    "Cannot create shared memory: its size is undefined, not a number",
  );
  if (reachesProcesses()) return;
  assertThrows(
    () => SharedMemory.create(1),
    Error,
    "Cannot create shared memory: it needs Linux and --allow-ffi",
  );
});

testBytes("SharedMemory that was sent is the same memory", async () => {
  const [a, b] = new Pipe<SharedMemory>();
  using memory = SharedMemory.create(512);
  write(memory, "pickle");
  await a.send(memory);
  using same = await b.recv();
  assert(same instanceof SharedMemory);
  assertEquals(same.name, memory.name);
  assertEquals(read(same, 6), "pickle");
  write(memory, "newval");
  assertEquals(read(same, 6), "newval");
  write(same, "oldval");
  assertEquals(read(memory, 6), "oldval");
  memory.unlink();
});

testBytes(
  "SharedMemory on its way in a message lives, and one that is closed is not sent",
  async () => {
    const [a, b] = new Pipe<SharedMemory>();
    const memory = SharedMemory.create(512);
    write(memory, "pickle");
    await a.send(memory);
    memory.close();
    memory.unlink();
    const arrived = await b.recv();
    assertEquals(read(arrived, 6), "pickle");
    arrived.close();
    for (const dead of [memory, arrived]) {
      assertThrows(
        () => a.trySend(dead),
        TypeError,
        "Cannot send message: this SharedMemory is closed",
      );
    }
    assertThrows(() => SharedMemory.open(memory.name), Deno.errors.NotFound);
  },
);

testBytes(
  "SharedMemory can be written by a child, found by name or given",
  async () => {
    const memory = SharedMemory.create(512);
    for (const kind of ["process", "thread"] as const) {
      for (const [given, text] of [[memory.name, "howdy"], [memory, "HELLO"]]) {
        const child = start(
          kind,
          fromModule<Targets["write"]>(TARGETS, "write"),
          given,
          text as string,
        );
        assertEquals(await child.join(), 0);
        assertEquals(read(memory, 5), text);
      }
    }
    memory.close();
    memory.unlink();
  },
);

testBytes(
  "SharedMemory stays when a child ends that has opened it, or created it",
  async () => {
    const memory = SharedMemory.create(10, { name: "stays" });
    write(memory, "mine");
    memory.close();
    const opening = startProcess(
      fromModule<Targets["write"]>(TARGETS, "write"),
      "stays",
      "yours",
    );
    assertEquals(await opening.join(), 0);
    const [reader, writer] = new Pipe<string>({ duplex: false });
    const creating = startProcess(
      fromModule<Targets["create"]>(TARGETS, "create"),
      writer as Connection<string>,
    );
    const name = await reader.recv(LONG);
    creating.kill();
    await creating.join();
    for (const [each, text] of [["stays", "yours"], [name, "child"]]) {
      using same = SharedMemory.open(each);
      assertEquals(read(same, 5), text);
      same.unlink();
    }
  },
);

testBytes(
  "SharedMemory goes with its program, though nobody has unlinked it",
  async () => {
    await using program = startProgram("holds.ts");
    await program.printed("ready");
    const memories = mappedMemories(program.pid);
    assert(memories.length > 0);
    program.signal("SIGKILL");
    const { stderr } = await program.ended();
    assertEquals(stderr, "");
    // It had no name outside, and leaveNothingBehind() finds no file.
    const left = listSystemFolder("/proc").map(Number).filter((pid) => pid > 0)
      .flatMap(mappedMemories);
    assertEquals(left.filter((it) => memories.includes(it)), []);
  },
);
