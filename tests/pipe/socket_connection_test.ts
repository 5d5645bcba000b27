// Connections over sockets: what may pass, whom they can be handed to, and what
// becomes of them when somebody ends.

import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { encode } from "../../_internal/codec/mod.ts";
import {
  cellsInUse,
  unitsInUse,
  widestMemory,
} from "../../_internal/memory/mod.ts";
import {
  connectSocket,
  FRAME,
  type FramedSocket,
  importAuthKey,
} from "../../_internal/sockets/mod.ts";
import {
  type Address,
  AuthenticationError,
  BrokenPipeError,
  connect,
  type Connection,
  DecodeError,
  EndOfStreamError,
  Listener,
  type ListenerOptions,
  Pipe,
} from "../../pipe/mod.ts";
import {
  authKey as ownAuthKey,
  type Process,
  setAuthKey,
} from "../../process/mod.ts";
import { Queue } from "../../queue/mod.ts";
import { Lock } from "../../sync/mod.ts";
import {
  acceptAndHandOver,
  connectAndEcho,
  connectAndFlood,
  connectAndSay,
  connectAndSleep,
  connectFromBelow,
  echo,
  echoSync,
  sayKey,
  start,
} from "../fixtures/sockets/children.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { type ProgramRun, RunningProgram } from "../run_program.ts";
import { IS_FFI_DENIED, sharedTest } from "../shared_memory.ts";
import { TOLD_MS } from "../told.ts";

leaveNothing({ threads: true });

const LOCAL = { hostname: "127.0.0.1", port: 0 };
const LONG = { timeout: 20_000 };
const PROGRAMS =
  new URL("../fixtures/sockets/programs.ts", import.meta.url).pathname;
/** Less than a peer has to be let in: the timer of that keeps no program alive, either. */
const LEFT_MS = 4_000;
const authKey = "of the tests";

async function pair<T>(
  options: ListenerOptions = {},
): Promise<[Connection<T>, Connection<T>]> {
  using listener = new Listener<T>(options);
  const accepted = listener.accept();
  const client = await connect<T>(listener.address, {
    authKey: options.authKey,
  });
  return [client, await accepted];
}

/** A peer that knows the key, and sends what it likes. */
async function peer(
  address: Address,
  maxReceive = 1_000,
): Promise<FramedSocket> {
  return await connectSocket(address, {
    key: importAuthKey(new TextEncoder().encode(authKey)),
    purpose: "connection",
    maxReceive,
  });
}

async function endOf(connection: Connection<unknown>): Promise<void> {
  await assertRejects(() => connection.recv(LONG), EndOfStreamError);
  await assertRejects(() => connection.send(1, LONG), BrokenPipeError);
}

function startProgram(what: string, address?: Address): RunningProgram {
  return new RunningProgram(what, [
    "run",
    "--no-check",
    "-A",
    PROGRAMS,
    what,
    ...(address === undefined ? [] : [JSON.stringify(address)]),
  ]);
}

async function run(what: string, address?: Address): Promise<ProgramRun> {
  return await startProgram(what, address).ended();
}

/** Runs a program that prints one line, and that nothing keeps alive then. */
async function runToLine(what: string, address?: Address): Promise<ProgramRun> {
  await using program = startProgram(what, address);
  const printed = program.printed("\n").then(() => performance.now());
  const [run, since] = await Promise.all([program.ended(), printed]);
  const ms = performance.now() - since;
  assert(ms < LEFT_MS, `it went on for ${ms} ms`);
  return run;
}

Deno.test("Connection over a socket refuses objects of ours, and names the path", async () => {
  const [a, b] = await pair<unknown>();
  const [end] = new Pipe<unknown>();
  const cases: [unknown, string][] = [
    [{ lock: new Lock() }, "Cannot send message.lock: a Lock"],
    [[1, new Queue()], "Cannot send message[1]: a Queue"],
    [
      { deep: new Map([["end", end]]) },
      'Cannot send message.deep.get("end"): a Connection',
    ],
    [b, "Cannot send message: a Connection"],
  ];
  for (const [value, text] of cases) {
    await assertRejects(
      () => a.send(value),
      TypeError,
      `${text} lives in the memory of its program and cannot be sent over a socket`,
    );
    assertThrows(() => a.trySend(value), TypeError, text);
  }
  await a.send("the next");
  assertEquals(await b.recv(LONG), "the next");
  a.close();
  b.close();
});

Deno.test("Connection over a socket sends no more than the other side takes", async () => {
  using listener = new Listener<unknown>({ maxMessage: 1_000, authKey });
  const accepted = listener.accept();
  using a = await connect<unknown>(listener.address, { authKey });
  using b = await accepted;
  const text =
    "Cannot send to connection: the message has 1001 bytes, the other side takes 1000 at most";
  await a.sendBytes(new Uint8Array(1_000));
  await assertRejects(
    () => a.sendBytes(new Uint8Array(1_001)),
    RangeError,
    text,
  );
  await assertRejects(() => a.send("x".repeat(1_001)), RangeError);
  assertThrows(() => a.trySend("x".repeat(1_001)), RangeError);
  assertThrows(() => a.sendSync("x".repeat(1_001)), RangeError);
  assertEquals((await b.recvBytes()).length, 1_000);
  await b.sendBytes(new Uint8Array(5_000_000));
  assertEquals((await a.recvBytes()).length, 5_000_000);
});

Deno.test("Connection over a socket ends with a peer that sends too much, or what is no frame", async () => {
  using listener = new Listener<unknown>({ maxMessage: 1_000, authKey });
  const large = "a message has more bytes than maxMessage allows";
  const frames: [number[], string | undefined][] = [
    [[0xe9, 3, 0, 0, FRAME.BYTES], large],
    [[0xff, 0xff, 0xff, 0xff, FRAME.VALUE], large],
    [[0, 0, 0, 0, 2], "what has come is no frame of a connection"],
    // The beginning of a good one, and the end.
    [[9, 0, 0, 0, FRAME.VALUE], undefined],
  ];
  for (const [frame, why] of frames) {
    const socket = await peer(listener.address);
    using connection = await listener.accept();
    await socket.send(FRAME.BYTES, new Uint8Array([1]));
    await socket.writeRaw(new Uint8Array(frame));
    assertEquals(await connection.recv(LONG), new Uint8Array([1]));
    if (why === undefined) socket.close();
    const { cause } = await assertRejects(
      () => connection.recv(LONG),
      EndOfStreamError,
      "Cannot receive from connection: the other end is closed",
    );
    assertEquals((cause as Error | undefined)?.message, why);
    await endOf(connection);
    socket.close();
  }
});

Deno.test("Connection over a socket makes nothing of what is no message but an error", async () => {
  using listener = new Listener<unknown>({ authKey });
  const socket = await peer(listener.address);
  using connection = await listener.accept();
  const message = (value: unknown, destination?: unknown) => {
    const encoded = encode(value, { root: "message", destination });
    const bytes = new Uint8Array(encoded.byteLength);
    encoded.writeTo(bytes);
    return bytes;
  };
  // A lock of ours, as another program may name it.
  const lock = new Lock();
  await socket.send(
    FRAME.VALUE,
    message({ lock }, { reach: IS_FFI_DENIED ? "thread" : "process" }),
  );
  await socket.send(FRAME.VALUE, new Uint8Array([1, 2, 3]));
  await socket.send(FRAME.VALUE, new Uint8Array());
  await socket.send(FRAME.VALUE, message("after that"));
  for (let n = 0; n < 3; n++) {
    await assertRejects(
      () => connection.recv(LONG),
      DecodeError,
      "Cannot decode message: ",
    );
  }
  assertEquals(await connection.recv(LONG), "after that");
  // Half a message, and the end.
  await socket.writeRaw(new Uint8Array([9, 0, 0, 0, FRAME.VALUE, 1]));
  socket.close();
  await endOf(connection);
});

Deno.test("Connection.send() over a socket has sent nothing if it throws, and all else, whoever waits", async () => {
  using listener = new Listener<unknown>({ address: LOCAL, authKey });
  const socket = await peer(listener.address, 2 ** 20);
  using connection = await listener.accept();
  const sent: number[] = [];
  let thrown = 0;
  for (let n = 0; thrown < 6; n++) {
    const wait = thrown % 2 === 0
      ? { timeout: 20 }
      : { signal: AbortSignal.timeout(20) };
    const bytes = new Uint8Array(200_000).fill(n);
    const start = performance.now();
    try {
      await connection.sendBytes(bytes, 0, undefined, wait);
      sent.push(n);
    } catch (error) {
      assertEquals((error as Error).name, "TimeoutError");
      thrown++;
    }
    assert(performance.now() - start < 10_000);
  }
  const last = connection.sendBytes(new Uint8Array([255]), 0, 1, LONG);
  socket.hold(true);
  const received: number[] = [];
  while (received.at(-1) !== 255) {
    received.push((await socket.receive())!.bytes[0]);
  }
  await last;
  assertEquals(received, [...sent, 255]);
  socket.close();
});

Deno.test("Connection over a socket does not block the thread that serves it", async () => {
  const [a, b] = await pair<unknown>();
  const text =
    " connection: it would block the thread that serves its socket; use await ";
  assertThrows(
    () => b.recvSync(),
    Error,
    `Cannot receive from${text}recv()`,
  );
  assertThrows(
    () => {
      for (;;) a.sendSync(new Uint8Array(10_000));
    },
    Error,
    `Cannot send to${text}send()`,
  );
  a.close();
  b.close();
});

for (const kind of ["process", "thread"] as const) {
  Deno.test(`Connection over a socket works in a ${kind} that it is handed to, and ends with it`, async () => {
    for (const target of [echo, echoSync]) {
      const [a, b] = await pair<unknown>();
      const child = start(kind, target, [b]);
      for (const message of [1, "two", new Uint8Array(300_000), { three: 3 }]) {
        await a.send(message);
        assertEquals(await a.recv(LONG), message);
      }
      a.close();
      assertEquals(await child.join(), 0);
    }
    const [a, b] = await pair<unknown>();
    const child = start(kind, echo, [b]);
    await a.send("there");
    assertEquals(await a.recv(LONG), "there");
    child.terminate();
    await endOf(a);
    await child.join();
  });

  Deno.test(`connect() in a ${kind} knows the key of its program`, async () => {
    using listener = new Listener({ address: LOCAL });
    for (
      const args of [
        [connectAndSay, listener.address, "from a child"],
        [connectFromBelow, "process", listener.address, "from below"],
        [connectFromBelow, "thread", listener.address, "from below"],
      ] as const
    ) {
      const [target, ...rest] = args as unknown as [
        (...args: unknown[]) => unknown,
        ...unknown[],
      ];
      const child = start(kind, target, rest);
      {
        using connection = await listener.accept(LONG);
        assertEquals(await connection.recv(LONG), rest.at(-1));
      }
      assertEquals(await child.join(), 0);
    }
  });
}

Deno.test("connect() of another program does not know the key", async () => {
  using listener = new Listener({ address: LOCAL });
  const { stdout } = await run("stranger", listener.address);
  assertMatch(
    stdout,
    /^AuthenticationError: Cannot connect .*another authKey\n$/,
  );
  await assertRejects(
    () => connect(listener.address, { authKey: new Uint8Array(32) }),
    AuthenticationError,
  );
});

Deno.test("connect() that gives up before it reaches anybody does not keep the program alive", async () => {
  // Who comes when its queue is full is not answered.
  using listener = Deno.listen({ ...LOCAL, tcpBacklog: 1 });
  const { hostname, port } = listener.addr;
  const filling: Deno.Conn[] = [];
  for (;;) {
    const signal = AbortSignal.timeout(300);
    const conn = await Deno.connect({ hostname, port, signal }).catch(() => {});
    if (conn === undefined) break;
    filling.push(conn);
  }
  const { stdout } = await runToLine("givesUp", { hostname, port });
  assertEquals(
    stdout,
    `TimeoutError: Cannot connect to ${hostname}:${port}: timed out after 100 ms\n`,
  );
  for (const conn of filling) conn.close();
});

Deno.test("setAuthKey() is for those that are started after it", async () => {
  const key = new Uint8Array([1, 2, 3]);
  const before = ownAuthKey();
  setAuthKey(key);
  try {
    using listener = new Listener({ address: LOCAL });
    const cases = [
      ["process"],
      ["process", { run: true, ffi: !IS_FFI_DENIED }],
      [
        "thread",
      ],
    ] as const;
    for (const [kind, permissions] of cases) {
      const [a, b] = new Pipe<unknown>();
      const child = start(kind, sayKey, [b], permissions);
      assertEquals(await a.recv(LONG), key);
      await child.join();
    }
    const child = start("process", connectAndSay, [listener.address, "x"]);
    {
      using connection = await listener.accept(LONG);
      assertEquals(await connection.recv(LONG), "x");
    }
    await child.join();
    for (const wrong of [5, null, {}] as never[]) {
      assertThrows(
        () => setAuthKey(wrong),
        TypeError,
        "Cannot set authKey: authKey is neither a string nor a Uint8Array",
      );
    }
    assertThrows(() => setAuthKey(""), RangeError, "authKey is empty");
  } finally {
    setAuthKey(before);
  }
});

Deno.test("Connection over a socket ends when its peer is killed", async () => {
  using listener = new Listener<unknown>({ address: LOCAL });
  const child = start("process", connectAndSleep, [
    listener.address,
  ]) as Process;
  using connection = await listener.accept(LONG);
  assertEquals(await connection.recv(LONG), "here");
  const received = endOf(connection);
  const killed = performance.now();
  child.kill();
  await received;
  assert(performance.now() - killed < TOLD_MS);
  await child.join();
});

Deno.test("Connection over a socket that waits to send is told when its peer is killed", async () => {
  using listener = new Listener<unknown>();
  const child = start("process", connectAndSleep, [
    listener.address,
  ]) as Process;
  using connection = await listener.accept(LONG);
  assertEquals(await connection.recv(LONG), "here");
  const sends = Array.from(
    { length: 400 },
    () => connection.send(new Uint8Array(100_000), LONG).catch((it) => it),
  );
  await Promise.race([sends[0], sends[399]]);
  child.kill();
  const errors = await Promise.all(sends);
  assert(errors[399] instanceof BrokenPipeError, String(errors[399]));
  await child.join();
});

sharedTest(
  "socket",
  "Connection over a socket that was handed on ends when the program that serves it is killed",
  async () => {
    const [inbox, outbox] = new Pipe<unknown>();
    const child = start("process", acceptAndHandOver, [outbox]) as Process;
    const address = await inbox.recv(LONG) as Address;
    using client = await connect<unknown>(address);
    using server = await inbox.recv(LONG) as Connection<unknown>;
    await client.send("through");
    assertEquals(await server.recv(LONG), "through");
    // Here it may block: the socket is elsewhere.
    server.sendSync("back");
    assertEquals(await client.recv(LONG), "back");
    assertThrows(() => server.recvSync({ timeout: 5 }), DOMException);
    child.kill();
    await endOf(client);
    await endOf(server);
    await child.join();
  },
);

Deno.test("Connection over a socket loses nothing to an end right after await send(), or after close()", async () => {
  using listener = new Listener<unknown>({ address: LOCAL, authKey });
  {
    const ended = run("exitsAtOnce", listener.address);
    using connection = await listener.accept(LONG);
    const messages = await Array.fromAsync(connection);
    assertEquals(messages.length, 11);
    assertEquals((messages[10] as Uint8Array).length, 300_000);
    await ended;
  }
  {
    const ended = run("closesAndEnds", listener.address);
    using connection = await listener.accept(LONG);
    await connection.send("unread");
    assertEquals((await Array.fromAsync(connection)).length, 200);
    await ended;
  }
});

Deno.test("Listener at a relative path is where it was, wherever the program goes", async () => {
  const folder = Deno.makeTempDirSync();
  const { stdout, stderr } = await run("movesOn", folder);
  assertEquals([stdout, stderr], [`${folder}/socket\n`, ""]);
  assertEquals([...Deno.readDirSync(folder)], []);
  Deno.removeSync(folder);
});

Deno.test("Connection and Listener do not keep the program alive, but those who wait do", async () => {
  const { stdout, code } = await runToLine("endsByItself");
  assertEquals([stdout, code], ["done\n", 0]);
  assertMatch((await run("handsOn")).stdout, /^\d+\n$/);
  const folder = Deno.makeTempDirSync();
  const address = `${folder}/socket`;
  await using program = startProgram("waits", address);
  const waiting = program.ended();
  // It listens by then; this fails if the program ends before.
  await program.printed(address);
  const connection = await connect<unknown>(address, { authKey });
  await connection.send("hello");
  const { stdout: heard } = await waiting;
  assertMatch(heard, /hello\n$/);
  connection.close();
  // Its files go with it.
  assertEquals([...Deno.readDirSync(folder)], []);
  for (const end of ["listens", "listensAndExits"]) {
    assertEquals((await run(end, address)).code, 0);
    assertEquals([...Deno.readDirSync(folder)], []);
  }
  Deno.removeSync(folder);
});

Deno.test("Connections over sockets leave no memory when they have ended", async () => {
  const memory = widestMemory();
  const use = async () => {
    const [a, b] = await pair<unknown>();
    await a.send([1, new Uint8Array(100_000)]);
    await b.recv();
    await b.send("left unread");
    a.close();
    await b.poll(LONG);
    b.close();
  };
  await use();
  const cells = cellsInUse(memory);
  const units = unitsInUse(memory);
  await Promise.all(Array.from({ length: 100 }, use));
  const end = performance.now() + 5_000;
  // What earlier tests had is given back meanwhile.
  const isLeft = () => cellsInUse(memory) > cells || unitsInUse(memory) > units;
  while (isLeft() && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assertEquals(
    [cellsInUse(memory) > cells, unitsInUse(memory) - units > 0],
    [false, false],
  );
});

Deno.test("Listener serves many at once, while some are killed at any moment", async () => {
  using listener = new Listener<unknown>({ address: LOCAL });
  const seconds = Number(Deno.env.get("STRESS_SECONDS") ?? 3);
  const end = performance.now() + seconds * 1_000;
  let messages = 0;
  let slowest = 0;
  const serve = async (child: Process, connection: Connection<unknown>) => {
    let n = 0;
    const stop = Math.random() * 200;
    let killed = Infinity;
    try {
      for (;; n++) {
        const [number, bytes] = await connection.recv(LONG) as [
          number,
          Uint8Array,
        ];
        assertEquals(number, n);
        assertEquals(bytes.length, n % 7 === 0 ? 50_000 : n % 100);
        if (n < stop || killed < Infinity) continue;
        killed = performance.now();
        child.kill();
      }
    } catch (error) {
      if (!(error instanceof EndOfStreamError)) throw error;
    }
    slowest = Math.max(slowest, performance.now() - killed);
    messages += n;
    connection.close();
    await child.join();
  };
  let rounds = 0;
  while (performance.now() < end) {
    const echoing = start("process", connectAndEcho, [listener.address]);
    using echoed = await listener.accept(LONG);
    const children = [1, 2].map(() =>
      start("process", connectAndFlood, [listener.address]) as Process
    );
    const connections = [
      await listener.accept(LONG),
      await listener.accept(LONG),
    ];
    // Which is whose is anybody's guess: each kills one of the two.
    const serving = children.map((child, n) => serve(child, connections[n]));
    for (let n = 0; n < 20; n++) {
      await echoed.send([n]);
      assertEquals(await echoed.recv(LONG), [n]);
    }
    // Whichever is left when one has gone ends with its own.
    for (const child of children) setTimeout(() => child.kill(), 1_000);
    await Promise.all(serving);
    echoed.close();
    await echoing.join();
    rounds++;
  }
  assert(slowest < 4_000, `the other side was told after ${slowest} ms`);
  console.log(
    `${rounds} rounds, ${messages} messages, ${Math.round(slowest)} ms`,
  );
});
