// Who is let in by a listener, who is not, and what becomes of it.

import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertThrows,
} from "@std/assert";
import {
  type Address,
  AuthenticationError,
  connect,
  type Connection,
  Listener,
  type ListenerOptions,
  Pipe,
  wait,
  waitSync,
} from "../../pipe/mod.ts";
import { checkWaits } from "../contracts/wait_contract.ts";
import { leaveNothing } from "../handles/leave_nothing.ts";
import { RunningProgram } from "../run_program.ts";
import { until } from "../until.ts";
import {
  eavesdrop,
  HELLO_BYTES,
  listenRaw,
  makeHello,
  open,
  PROOF_BYTES,
  read,
  readToEnd,
} from "./raw_peers.ts";

leaveNothing();

const LISTEN =
  new URL("../fixtures/sockets/listen.ts", import.meta.url).pathname;
const LOCAL = { hostname: "127.0.0.1", port: 0 };
const LONG = { timeout: 20_000 };
const CLOSED = "Cannot accept connection: listener is closed";

/** A listener that notes whom it has not let in. */
function watchful(options: ListenerOptions = {}) {
  const errors: Error[] = [];
  const listener = new Listener({
    ...options,
    onRejected: (error) => errors.push(error),
  });
  return { listener, errors };
}

/** Lets an honest peer in, which takes as long as those before it are let. */
async function letIn(listener: Listener): Promise<void> {
  const accepted = listener.accept(LONG);
  using client = await connect(listener.address, LONG);
  using server = await accepted;
  await client.send("hello");
  assertEquals(await server.recv(LONG), "hello");
}

Deno.test("Listener has the address that it was given, or one of its own", async () => {
  const path = `${Deno.makeTempDirSync()}/socket`;
  for (const address of [undefined, LOCAL, path]) {
    using listener = new Listener({ address });
    if (address === path) assertEquals(listener.address, path);
    else if (address === undefined) {
      assertMatch(String(listener.address), /^\0multiprocessing-[\da-f-]{36}$/);
    } else {
      const { hostname, port } = listener.address as typeof LOCAL;
      assertEquals(hostname, "127.0.0.1");
      assert(port > 0);
    }
    await letIn(listener);
    const { lastAccepted } = listener;
    if (address === LOCAL) {
      assertEquals((lastAccepted as typeof LOCAL).hostname, "127.0.0.1");
    } else assertEquals(lastAccepted, undefined);
  }
  Deno.removeSync(path.slice(0, -"/socket".length), { recursive: true });
});

/** A name that no other listener of this machine has; it leaves no file. */
function uniqueName(): string {
  return `\0${crypto.randomUUID()}`;
}

Deno.test("Listener is alone at its address", async () => {
  const folder = Deno.makeTempDirSync();
  const path = `${folder}/socket`;
  const listener = new Listener({ address: path });
  assertThrows(
    () => new Listener({ address: path }),
    Deno.errors.AddrInUse,
    `Cannot listen at ${path}: the address is in use; if no program listens there, remove the file`,
  );
  await listener[Symbol.asyncDispose]();
  for (let i = 0; i < 100; i++) {
    await using _again = new Listener({ address: path });
  }
  assertEquals([...Deno.readDirSync(folder)], []);
  Deno.writeTextFileSync(path, "left");
  assertThrows(
    () => new Listener({ address: path }),
    Deno.errors.AddrInUse,
    `Cannot listen at ${path}: there is a file that is no socket`,
  );
  assertEquals(Deno.readTextFileSync(path), "left");
  Deno.removeSync(folder, { recursive: true });

  for (const address of [LOCAL, uniqueName()]) {
    const closed = new Listener({ address });
    closed.close();
    assertThrows(
      () => new Listener({ address: closed.address }),
      Deno.errors.AddrInUse,
    );
    await closed[Symbol.asyncDispose]();
    assert(closed.closed);
    using _again = new Listener({ address: closed.address });
  }

  using first = new Listener({ address: LOCAL });
  const { port } = first.address as typeof LOCAL;
  assertThrows(
    () => new Listener({ address: { ...LOCAL, port } }),
    Deno.errors.AddrInUse,
    `Cannot listen at 127.0.0.1:${port}: the address is in use`,
  );
  const name = uniqueName();
  using second = new Listener({ address: name });
  assertThrows(
    () => new Listener({ address: second.address }),
    Deno.errors.AddrInUse,
    `Cannot listen at \\0${name.slice(1)}: the address is in use`,
  );
  assertThrows(
    () => new Listener({ address: "/no/such/folder/socket" }),
    Deno.errors.NotFound,
    "Cannot listen at /no/such/folder/socket: ",
  );
});

Deno.test("Listener takes the place of a program that was killed, one of many", async () => {
  const folder = Deno.makeTempDirSync();
  const path = `${folder}/socket`;
  const start = (...args: string[]) =>
    new RunningProgram("listen.ts", ["run", "-A", LISTEN, path, ...args]);
  assertEquals((await start("die").ended()).signal, "SIGKILL");
  assert(Deno.lstatSync(path).isSocket);
  const programs = Array.from({ length: 4 }, () => start());
  await Promise.all(programs.map((program) => program.printed("\n")));
  (await connect(path, { ...LONG, authKey: "key" })).close();
  const runs = await Promise.all(programs.map((program) => program.ended()));
  assertEquals(
    runs.map(({ stdout }) => stdout).toSorted(),
    ["in use\n", "in use\n", "in use\n", "listens\n"],
  );
  assertEquals([...Deno.readDirSync(folder)], []);
  Deno.removeSync(folder);
});

Deno.test("Listener and connect() take only what they can use", async () => {
  const neither = "the address is neither a path nor { hostname, port }";
  const addresses: [unknown, typeof TypeError | typeof RangeError, string][] = [
    ["", TypeError, "the address is empty"],
    [5, TypeError, neither],
    [null, TypeError, neither],
    [{}, TypeError, neither],
    [{ hostname: "a" }, TypeError, neither],
    [{ hostname: 1, port: 1 }, TypeError, neither],
    [{ hostname: "a", port: "1" }, TypeError, "port is a string, not a number"],
    [{ hostname: "a", port: -1 }, RangeError, "port is -1, not a whole number"],
    [{ hostname: "a", port: 65_536 }, RangeError, "port is 65536"],
    [{ hostname: "a", port: NaN }, RangeError, "port is NaN"],
    [{ hostname: "a", port: 0.5 }, RangeError, "port is 0.5"],
  ];
  for (const [address, type, text] of addresses) {
    const given = address as Address;
    assertThrows(
      () => new Listener({ address: given }),
      type,
      `Cannot listen: ${text}`,
    );
    await assertRejects(
      () => connect(given),
      type,
      `Cannot connect: ${text}`,
    );
  }
  await assertRejects(() => connect(LOCAL), RangeError, "Cannot connect: port");
  for (const authKey of [5, null, {}, [1], new ArrayBuffer(2)] as never[]) {
    const text = "authKey is neither a string nor a Uint8Array";
    assertThrows(() => new Listener({ authKey }), TypeError, text);
    await assertRejects(() => connect("/x", { authKey }), TypeError, text);
  }
  for (const authKey of ["", new Uint8Array()]) {
    const text =
      "authKey is empty; leave it out to use the key of this program";
    assertThrows(() => new Listener({ authKey }), RangeError, text);
    await assertRejects(() => connect("/x", { authKey }), RangeError, text);
  }
  for (const name of ["backlog", "authTimeout", "maxMessage"]) {
    for (const value of [0, -1, NaN, 1.5, Infinity, 2 ** 32]) {
      assertThrows(
        () => new Listener({ [name]: value }),
        RangeError,
        `Cannot listen: ${name} is ${value}, not a whole number from 1 to `,
      );
      if (name === "backlog") continue;
      await assertRejects(
        () => connect("/x", { [name]: value }),
        RangeError,
        `Cannot connect: ${name} is ${value}, not a whole number from 1 to `,
      );
    }
  }
  for (const name of ["backlog", "authTimeout", "maxMessage"]) {
    for (
      const [value, kind] of [["5", "a string"], [null, "null"], [
        5n,
        "a bigint",
      ]]
    ) {
      assertThrows(
        () => new Listener({ [name as string]: value }),
        TypeError,
        `Cannot listen: ${name} is ${kind}, not a number`,
      );
    }
  }
  await assertRejects(
    () => connect("/x", { timeout: NaN }),
    TypeError,
    "Cannot wait: timeout is NaN, not a number",
  );
});

Deno.test("connect() says where nobody listens", async () => {
  await assertRejects(
    () => connect("/no/such/socket"),
    Deno.errors.NotFound,
    "Cannot connect to /no/such/socket: ",
  );
  const listener = new Listener({ address: LOCAL });
  const { address } = listener;
  await listener[Symbol.asyncDispose]();
  await assertRejects(
    () => connect(address),
    Deno.errors.ConnectionRefused,
    "Cannot connect to 127.0.0.1:",
  );
});

Deno.test("Listener.close() ends every wait, and whoever has not been accepted", async () => {
  const listener = new Listener();
  const waits = [
    assertRejects(() => listener.accept(), Error, CLOSED),
    assertRejects(() => listener.accept(LONG), Error, CLOSED),
    assertRejects(() => wait([listener]), Error, CLOSED),
  ];
  const iterated = Array.fromAsync(listener);
  listener.close();
  listener.close();
  listener[Symbol.dispose]();
  assertEquals(listener.closed, true);
  await Promise.all(waits);
  assertEquals(await iterated, []);
  await assertRejects(() => listener.accept(), Error, CLOSED);
  assertThrows(() => listener.tryAccept(), Error, CLOSED);

  const other = new Listener();
  using first = await connect(other.address);
  using accepted = await other.accept();
  using ready = await connect(other.address);
  const half = await open(other.address);
  await read(half, HELLO_BYTES);
  other.close();
  assertEquals(await readToEnd(half), 0);
  half.close();
  assertEquals(await ready.poll(LONG), true);
  // What has been accepted stays.
  await accepted.send("stays");
  assertEquals(await first.recv(LONG), "stays");
});

Deno.test("Listener.accept() takes the options of a wait, and is then as if it had not waited", async () => {
  using listener = new Listener();
  await checkWaits({
    doing: "accept connection",
    wait: (wait) => listener.accept(wait),
  });
  assertEquals(listener.tryAccept(), { ok: false });
  await letIn(listener);
});

Deno.test("Listener serves those who wait in order, and loses nobody to one who gives up", async () => {
  using listener = new Listener<number>();
  for (let round = 0; round < 30; round++) {
    const waits = Array.from(
      { length: 6 },
      (_, n) =>
        listener.accept({ timeout: n % 2 === 0 ? n + round % 7 : 20_000 })
          .catch(() => undefined),
    );
    const clients = await Promise.all(
      Array.from({ length: 6 }, () => connect<number>(listener.address)),
    );
    const accepted = (await Promise.all(waits)).filter((it) =>
      it !== undefined
    );
    while (accepted.length < 6) accepted.push(await listener.accept(LONG));
    for (const client of clients) await client.send(round);
    for (const each of accepted) assertEquals(await each.recv(LONG), round);
    for (const each of [...clients, ...accepted]) each.close();
  }
});

Deno.test("Listener can be iterated, and asked without waiting", async () => {
  using listener = new Listener<number>();
  const client = await connect(listener.address);
  assertEquals(await wait([listener], LONG), [listener]);
  const result = listener.tryAccept();
  if (!result.ok) throw new Error("nobody is there");
  assertEquals(listener.tryAccept(), { ok: false });
  assertEquals(await wait([listener], { timeout: 5 }), []);
  client.close();
  result.value.close();
  assertThrows(() => waitSync([listener]), TypeError, "use await wait()");
  const clients = Array.from({ length: 3 }, () => connect(listener.address));
  let count = 0;
  for await (const connection of listener) {
    connection.close();
    if (++count === 3) break;
  }
  for (const each of await Promise.all(clients)) each.close();
});

Deno.test("wait() waits for a listener, for its connections and for pipes together", async () => {
  using listener = new Listener<string>();
  const [a, b] = new Pipe<string>();
  const client = connect<string>(listener.address);
  assertEquals(await wait<object>([b, listener], LONG), [listener]);
  using accepted = await listener.accept();
  const waiting = wait<object>([b, listener, accepted], LONG);
  await (await client).send("hello");
  assertEquals(await waiting, [accepted]);
  await accepted.recv();
  await a.send("hello");
  assertEquals(await wait<object>([b, listener, accepted], LONG), [b]);
  // The thread that serves the socket must not block.
  assertThrows(() => waitSync([b, accepted]), TypeError, "use await wait()");
  (await client).close();
});

Deno.test("connect() with another key is refused, and the listener goes on", async () => {
  const { listener, errors } = watchful({ address: LOCAL, authKey: "right" });
  const waiting = listener.accept(LONG);
  for (const authKey of ["wrong", "Right", "right\0", undefined, "right "]) {
    await assertRejects(
      () => connect(listener.address, { authKey }),
      AuthenticationError,
      `Cannot connect to 127.0.0.1:${
        (listener.address as typeof LOCAL).port
      }: the listener has another authKey`,
    );
  }
  using client = await connect(listener.address, {
    authKey: new TextEncoder().encode("right"),
  });
  using server = await waiting;
  await client.send(1);
  assertEquals(await server.recv(), 1);
  assertEquals(errors.length, 5);
  assert(errors.every((error) => error instanceof AuthenticationError));
  assertMatch(
    errors[0].message,
    /^Cannot accept connection from 127\.0\.0\.1:\d+: the peer has another authKey$/,
  );
  listener.close();
});

Deno.test("connect() does not believe a listener that cannot prove that it knows the key", async () => {
  const cases: [string, (conn: Deno.Conn) => Promise<unknown>][] = [
    // It gives back the proof that it was given.
    ["the listener does not know the authKey", async (conn) => {
      await conn.write(makeHello());
      const answer = await read(conn, HELLO_BYTES + PROOF_BYTES);
      await conn.write(new Uint8Array([1, ...answer.subarray(HELLO_BYTES)]));
      await readToEnd(conn);
    }],
    ["the listener has another authKey", async (conn) => {
      await conn.write(makeHello());
      await read(conn, HELLO_BYTES + PROOF_BYTES);
      await conn.write(new Uint8Array([7]));
    }],
    [
      "the listener closed before it had accepted the connection",
      async (conn) => {
        await conn.write(makeHello().subarray(0, 39));
      },
    ],
    [
      "the listener closed before it had accepted the connection",
      async (conn) => {
        await conn.write(makeHello());
      },
    ],
    ["what listens there speaks another protocol", async (conn) => {
      await conn.write(new TextEncoder().encode("HTTP/1.1 400 Bad Request"));
      await readToEnd(conn);
    }],
    [
      "what listens there speaks another version of the protocol, 9",
      async (conn) => {
        await conn.write(new Uint8Array([0x6d, 0x70, 0x73, 9]));
        await readToEnd(conn);
      },
    ],
  ];
  for (const [text, answer] of cases) {
    using raw = listenRaw(async (conn) => {
      await answer(conn);
    });
    await assertRejects(
      () => connect(raw.address, LONG),
      AuthenticationError,
      text,
    );
    await raw.answered;
  }
});

Deno.test("connect() does not wait for ever for a listener that says nothing, or not enough", async () => {
  for (const length of [0, 3, 4]) {
    using raw = listenRaw(async (conn) => {
      await conn.write(
        new Uint8Array([0x6d, 0x70, 0x73, 1]).subarray(0, length),
      );
      await readToEnd(conn);
    });
    const { port } = raw.address as typeof LOCAL;
    await assertRejects(
      () => connect(raw.address, { authTimeout: 50 }),
      AuthenticationError,
      `Cannot connect to 127.0.0.1:${port}: what listens there was not authenticated within 50 ms`,
    );
    // It has closed the socket.
    await raw.answered;
  }
});

Deno.test("connect() gives up when it should, and leaves nothing", async () => {
  for (const kind of ["timeout", "signal"]) {
    using raw = listenRaw(async (conn) => {
      assertEquals(await readToEnd(conn), 0);
    });
    await assertRejects(
      () =>
        kind === "timeout"
          ? connect(raw.address, { timeout: 30 })
          : connect(raw.address, { signal: AbortSignal.timeout(30) }),
      DOMException,
    );
    // It has closed the socket.
    await raw.answered;
  }
  const reason = new Error("enough");
  const rejected = await assertRejects(() =>
    connect("/no/such/socket", { signal: AbortSignal.abort(reason) })
  );
  assertEquals(rejected, reason);
});

Deno.test("Listener drops whoever cannot prove that it knows the key", async () => {
  const { listener, errors } = watchful({ authKey: "right" });
  const protocol = "the peer speaks another protocol";
  const key = "the peer has another authKey";
  const early = "the peer closed before it was authenticated";
  const answers: [string, (hello: Uint8Array) => number[]][] = [
    [protocol, () => [...new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n")]],
    [protocol, () => [0]],
    [protocol, () => new Array(100_000).fill(0x6d)],
    ["another version of the protocol, 2", () => [0x6d, 0x70, 0x73, 2]],
    [early, () => []],
    [early, (hello) => [...hello]],
    [early, (hello) => [...hello, ...new Array(31).fill(0)]],
    [key, (hello) => [...hello, ...new Array(32).fill(0)]],
    [key, (hello) => [...hello, ...new Array(100_000).fill(0)]],
  ];
  for (const [text, answer] of answers) {
    using conn = await open(listener.address);
    const hello = await read(conn, HELLO_BYTES);
    await conn.write(new Uint8Array(answer(hello))).catch(() => {});
    if (text === early) await (conn as Deno.TcpConn).closeWrite();
    // At most the word that it was refused.
    assert(await readToEnd(conn) <= 1);
    await until(() => errors.length > 0, "the refusal is noted");
    assertMatch(
      errors.pop()!.message,
      new RegExp(`^Cannot accept connection: .*${text}$`),
    );
  }
  listener.close();
});

Deno.test("Listener does not take what somebody else has proved", async () => {
  using listener = new Listener({ authKey: "right" });
  const accepted = listener.accept();
  using spy = await eavesdrop(listener.address);
  using client = await connect(spy.address, { authKey: "right" });
  using _server = await accepted;
  await client.send(1);
  const [proof] = spy.sent;
  assertEquals(proof.length, HELLO_BYTES + PROOF_BYTES);
  using conn = await open(listener.address);
  await read(conn, HELLO_BYTES);
  await conn.write(proof);
  assertEquals(await read(conn, 100), new Uint8Array([0]));
  assertEquals(listener.tryAccept(), { ok: false });
});

Deno.test("Listener lets others in while some are silent or slow, and drops these in time", async () => {
  const { listener, errors } = watchful({ authTimeout: 2_000 });
  const silent = await Promise.all(
    Array.from({ length: 20 }, () => open(listener.address)),
  );
  const slow = await open(listener.address);
  const hello = await read(slow, HELLO_BYTES);
  const start = performance.now();
  const trickle = (async () => {
    for (let at = 0; at < HELLO_BYTES; at++) {
      await slow.write(hello.subarray(at, at + 1));
      // All together they take longer than there is time.
      await new Promise((done) => setTimeout(done, 100));
    }
  })().catch(() => {});
  await letIn(listener);
  const ends = await Promise.all(silent.map(readToEnd));
  assertEquals(ends, new Array(20).fill(HELLO_BYTES));
  await readToEnd(slow);
  assert(performance.now() - start < 10_000);
  assertEquals(errors.length, 21);
  assertMatch(
    errors[0].message,
    /the peer was not authenticated within 2000 ms$/,
  );
  await trickle;
  for (const conn of [...silent, slow]) conn.close();
  listener.close();
});

Deno.test("Listener bounds how many are half-way, and lets honest ones in nevertheless", async () => {
  const { listener, errors } = watchful({ authTimeout: 60_000 });
  const silent: Deno.Conn[] = [];
  for (let n = 0; n < 200; n++) {
    const conn = await open(listener.address);
    await read(conn, HELLO_BYTES);
    silent.push(conn);
    if (n % 50 === 0) await letIn(listener);
  }
  await letIn(listener);
  assert(errors.length >= 200 - 64);
  assertMatch(errors[0].message, /64 others were being authenticated$/);
  assertEquals(await readToEnd(silent[0]), 0);
  for (const conn of silent) conn.close();
  listener.close();
});

Deno.test("Listener holds as many as its backlog says, and lets the others wait", async () => {
  using listener = new Listener<number>({ backlog: 2 });
  const clients: Promise<Connection<number>>[] = [];
  for (let n = 0; n < 12; n++) {
    clients.push(connect<number>(listener.address));
    clients[n].then((client) => client.send(n));
  }
  const numbers: number[] = [];
  for (let n = 0; n < 12; n++) {
    using connection = await listener.accept(LONG);
    numbers.push(await connection.recv(LONG));
  }
  assertEquals(numbers.sort((a, b) => a - b), clients.map((_, n) => n));
  for (const client of clients) (await client).close();
});

Deno.test("Listener goes on when onRejected() throws", async () => {
  const thrown = Promise.withResolvers<unknown>();
  const hear = (event: ErrorEvent) => {
    event.preventDefault();
    thrown.resolve(event.error);
  };
  addEventListener("error", hear);
  using listener = new Listener({
    onRejected() {
      throw new Error("mine");
    },
  });
  await assertRejects(() => connect(listener.address, { authKey: "x" }));
  assertEquals(String(await thrown.promise), "Error: mine");
  removeEventListener("error", hear);
  await letIn(listener);
});
