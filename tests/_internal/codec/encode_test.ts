import {
  assert,
  assertEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  decode,
  encode,
  type Encoded,
  HANDLE,
  type HandleDescription,
  type HandleLike,
} from "../../../_internal/codec/mod.ts";
import { bytesOf, refusalOf, roundTrip } from "./round_trip.ts";

const MODULE = "file:///work.ts";

class Token implements HandleLike {
  readonly words: readonly number[];

  constructor(...words: number[]) {
    this.words = words;
  }

  [HANDLE](): HandleDescription {
    return { kind: "Token", module: MODULE, words: this.words };
  }
}

Deno.test("encode() says which part cannot be sent", () => {
  const run = () => {};
  assertStrictEquals(
    refusalOf([{ onDone: run }], "args"),
    "Cannot send args[0].onDone: a function cannot be sent to another process",
  );
  const paths: [path: string, value: unknown][] = [
    ["", run],
    ["[2]", [1, 2, run]],
    ["[100]", [...new Array(100).keys(), run]],
    // deno-lint-ignore no-sparse-arrays
    ["[1]", [, run]],
    [".extra", Object.assign([1], { extra: run })],
    [".a.$b._c.d1", { a: { $b: { _c: { d1: run } } } }],
    ['.a["two words"]', { a: { "two words": run } }],
    ['["1a"]', { "1a": run }],
    ['[""]', { "": run }],
    ['["it\\"s"]', { 'it"s': run }],
    ["[7]", { 7: run }],
    [".größe", { größe: run }],
    ['.get("x")', new Map([["x", run]])],
    ['.get("x").y[0]', new Map([["x", { y: [run] }]])],
    [".get(-1)", new Map([[1, 1], [-1, run]] as [number, unknown][])],
    [".get(null)", new Map([[null, run]])],
    [".get(undefined)", new Map([[undefined, run]])],
    [".get(5n)", new Map([[5n, run]])],
    [".values()[1]", new Map<unknown, unknown>([["x", 1], [{}, run]])],
    [".keys()[1]", new Map<unknown, unknown>([["x", 1], [run, 1]])],
    [".keys()[0].x", new Map([[{ x: run }, 1]])],
    [".values()[1]", new Set([1, run])],
  ];
  for (const [path, value] of paths) {
    assertStrictEquals(
      refusalOf(value),
      `Cannot send message${path}: a function cannot be sent to another process`,
    );
  }
});

Deno.test("encode() says what cannot be sent", () => {
  const kinds: [name: string, value: unknown][] = [
    ["a function", () => {}],
    ["a function", async function named() {}],
    ["a function", Math.max],
    ["a class", class {}],
    ["a class", class Named extends Array {}],
    ["a symbol", Symbol("s")],
    ["a symbol", Symbol.iterator],
    ["a Symbol", Object(Symbol("s"))],
    ["a Promise", Promise.resolve()],
    ["a WeakMap", new WeakMap()],
    ["a WeakSet", new WeakSet()],
    ["a WeakRef", new WeakRef({})],
    ["a FinalizationRegistry", new FinalizationRegistry(() => {})],
    ["a Generator", function* () {}()],
    ["an AsyncGenerator", async function* () {}()],
    ["an Array Iterator", [].values()],
    ["a Map Iterator", new Map().keys()],
    ["an Iterator Helper", [].values().map(() => 1)],
    ["a Blob", new Blob([])],
    ["a File", new File([], "name")],
    ["a Headers", new Headers()],
    ["a Request", new Request("http://localhost")],
    ["a Response", new Response()],
    ["a ReadableStream", new ReadableStream()],
    ["a WritableStream", new WritableStream()],
    ["a TransformStream", new TransformStream()],
    ["an AbortSignal", new AbortController().signal],
    ["an EventTarget", new (class extends EventTarget {})()],
    ["an Event", new Event("type")],
    ["an Intl.NumberFormat", new Intl.NumberFormat()],
    ["a WebAssembly.Memory", new WebAssembly.Memory({ initial: 1 })],
    ["a Deno.Command", new Deno.Command("deno")],
    ["an object that only looks like a Map", new Proxy(new Map(), {})],
    ["an object that only looks like a Date", Object.create(Date.prototype)],
  ];
  for (const [name, value] of kinds) {
    assertStrictEquals(
      refusalOf([value]),
      `Cannot send message[0]: ${name} cannot be sent to another process`,
    );
  }
  const { port1, port2 } = new MessageChannel();
  assertStrictEquals(
    refusalOf({ port1 }),
    "Cannot send message.port1: a MessagePort cannot be sent to another process",
  );
  port1.close();
  port2.close();
});

Deno.test("encode() says what to use in place of shared memory", () => {
  const memory = new SharedArrayBuffer(8);
  const kinds: [name: string, value: unknown][] = [
    ["a SharedArrayBuffer", memory],
    ["a view of a SharedArrayBuffer", new Int32Array(memory)],
    ["a view of a SharedArrayBuffer", new DataView(memory)],
  ];
  for (const [name, value] of kinds) {
    assertStrictEquals(
      refusalOf({ value }),
      `Cannot send message.value: ${name} cannot be sent to another process, use SharedArray`,
    );
  }
});

Deno.test("encode() refuses detached buffers and their views", () => {
  const buffer = new ArrayBuffer(8);
  const view = new Uint8Array(buffer);
  const dataView = new DataView(buffer);
  buffer.transfer();
  assertStrictEquals(
    refusalOf({ buffer }),
    "Cannot send message.buffer: a detached ArrayBuffer cannot be sent to another process",
  );
  for (const value of [view, dataView]) {
    assertStrictEquals(
      refusalOf([value]),
      "Cannot send message[0]: a view of a detached ArrayBuffer cannot be sent to another process",
    );
  }
});

Deno.test("encode() names the receiver as it is told", () => {
  const error = assertThrows(
    () => encode(Symbol(), { root: "result", to: "another thread" }),
    TypeError,
  );
  assertStrictEquals(
    error.message,
    "Cannot send result: a symbol cannot be sent to another thread",
  );
});

Deno.test("encode() shortens paths nobody wants to read", () => {
  let value: unknown = { onDone: () => {} };
  for (let level = 0; level < 50; level++) value = [value];
  assertStrictEquals(
    refusalOf(value),
    `Cannot send message${"[0]".repeat(8)}…${"[0]".repeat(7)}.onDone: ` +
      "a function cannot be sent to another process",
  );
  for (let level = 0; level < 100_000; level++) value = { value };
  const message = refusalOf(value);
  assert(message.startsWith("Cannot send message…") && message.length < 200);
});

Deno.test("encode() treats a class of a program's own as plain, whatever it is called", () => {
  class Request {
    readonly id = 1;
    get [Symbol.toStringTag](): string {
      return "Request";
    }
  }
  Object.assign(globalThis, { OwnGlobal: class OwnGlobal {} });
  assertEquals(roundTrip(new Request()), { id: 1 });
  assertEquals(
    roundTrip(Reflect.construct(Reflect.get(globalThis, "OwnGlobal"), [])),
    {},
  );
  Reflect.deleteProperty(globalThis, "OwnGlobal");
});

Deno.test("encode() lets through what a getter throws, and works on", () => {
  const reason = new Error("no");
  const value = {
    first: "some text",
    get second(): unknown {
      throw reason;
    },
  };
  assertStrictEquals(
    assertThrows(() => encode([value], { root: "m" })),
    reason,
  );
  assertEquals(roundTrip([1, "some text", value.first]), [
    1,
    "some text",
    "some text",
  ]);
});

Deno.test("encode() reads each property once", () => {
  let reads = 0;
  const counter = {
    get count(): number {
      return ++reads;
    },
  };
  const long = Array.from({ length: 100 }, () => ({ counter }));
  const copy = roundTrip([
    counter,
    counter,
    new Map([[counter, counter]]),
    long,
  ]);
  assertStrictEquals(reads, 1);
  const [first, second] = copy as unknown[];
  assertStrictEquals(first, second);
  assertEquals(first, { count: 1 });
});

Deno.test("encode() skips what a getter deletes, or says so", () => {
  const value = {
    get first(): number {
      Reflect.deleteProperty(this, "second");
      return 1;
    },
    second: 2,
  };
  assertStrictEquals(
    refusalOf([value]),
    "Cannot send message[0]: an object that changes while it is read cannot be sent to another process",
  );
});

Deno.test("encode() may be called by a getter of what it encodes", () => {
  const inner = {
    text: "inner text",
    list: Array.from({ length: 500 }, (_, i) => `number ${i}`),
  };
  let encodedInner: Encoded | undefined;
  const value = {
    before: "text before",
    get inner(): Uint8Array {
      encodedInner = encode(inner, { root: "inner" });
      return bytesOf(encodedInner);
    },
    after: "text after",
  };
  const copy = roundTrip({ value, tail: [1, 2, 3] }) as {
    value: { before: string; inner: Uint8Array; after: string };
    tail: number[];
  };
  assertEquals(decode(copy.value.inner), inner);
  assertEquals([copy.value.before, copy.value.after], [
    "text before",
    "text after",
  ]);
  assertEquals(copy.tail, [1, 2, 3]);
});

Deno.test("Encoded.snapshot() survives the next encode() and changes of the value", () => {
  const data = new Uint8Array(10_000).fill(1);
  const value = { data, text: "first" };
  const snapshot = encode(value, { root: "message" }).snapshot();
  data.fill(2);
  value.text = "second";
  bytesOf(encode({ data: "x".repeat(1000) }, { root: "message" }));
  const copy = decode(bytesOf(snapshot)) as typeof value;
  assertStrictEquals(copy.text, "first");
  assert(copy.data.every((byte) => byte === 1));
  assertEquals(bytesOf(snapshot.snapshot()), bytesOf(snapshot));
});

Deno.test("Encoded.writeTo() writes the message and nothing else", () => {
  for (const value of [1, "x".repeat(30), [new Uint8Array(5000)]]) {
    const encoded = encode(value, { root: "message" });
    const { byteLength } = encoded;
    const bytes = new Uint8Array(byteLength + 20).fill(255);
    encoded.writeTo(bytes.subarray(10));
    assertEquals([...bytes.subarray(0, 10)], new Array(10).fill(255));
    assertEquals([...bytes.subarray(byteLength + 10)], new Array(10).fill(255));
    assertEquals(decode(bytes.subarray(10, byteLength + 10)), value);
  }
});

Deno.test("Encoded.writeTo() wants room for all of it", () => {
  for (const value of ["short", "x".repeat(1000), new Uint8Array(5000)]) {
    const encoded = encode(value, { root: "message" });
    const bytes = new Uint8Array(encoded.byteLength - 1);
    assertThrows(
      () => encoded.writeTo(bytes),
      RangeError,
      "Cannot write message",
    );
    assert(bytes.every((byte) => byte === 0));
  }
});

Deno.test("Encoded.writeTo() does not write data that is gone", () => {
  const data = new Uint8Array(5000);
  const encoded = encode([data], { root: "message" });
  data.buffer.transfer();
  const bytes = new Uint8Array(encoded.byteLength);
  assertThrows(() => encoded.writeTo(bytes), TypeError, "Cannot write message");
  assert(bytes.every((byte) => byte === 0));
});

Deno.test("encode() names each handle once, in order", () => {
  const [first, second] = [new Token(1), new Token(2, -(2 ** 31), 2 ** 31 - 1)];
  const encoded = encode([
    second,
    { first },
    second,
    new Map([[first, second]]),
  ], {
    root: "message",
  });
  assertEquals(encoded.handles.length, 2);
  assertStrictEquals(encoded.handles[0], second);
  assertStrictEquals(encoded.handles[1], first);
  const met: HandleDescription[] = [];
  const copy = decode(bytesOf(encoded), {
    revive(description) {
      met.push(description);
      return new Token(...description.words);
    },
  }) as [Token, { first: Token }, Token, Map<Token, Token>];
  assertEquals(met, [
    { kind: "Token", module: MODULE, words: [2, -(2 ** 31), 2 ** 31 - 1] },
    { kind: "Token", module: MODULE, words: [1] },
  ]);
  assert(copy[0] instanceof Token);
  assertStrictEquals(copy[0], copy[2]);
  assertStrictEquals(copy[3].get(copy[1].first), copy[0]);
  assertEquals(encode([1], { root: "message" }).handles, []);
});

Deno.test("encode() tells handles where they go", () => {
  const destination = { name: "there" };
  let told: unknown;
  class Curious implements HandleLike {
    [HANDLE](destination: unknown): HandleDescription {
      told = destination;
      return { kind: "Curious", module: MODULE, words: [] };
    }
  }
  encode(new Curious(), { root: "message", destination });
  assertStrictEquals(told, destination);
});

Deno.test("encode() takes functions and proxies that describe themselves for handles", () => {
  const describe = () => ({ kind: "Any", module: MODULE, words: [7] });
  const callable = Object.assign(() => 1, { [HANDLE]: describe });
  const proxy = new Proxy({}, {
    get: (_, key) => key === HANDLE ? describe : undefined,
  });
  const revive = (description: HandleDescription) => ({ description });
  const description = { kind: "Any", module: MODULE, words: [7] };
  assertEquals(roundTrip([callable, proxy, callable], { revive }), [
    { description },
    { description },
    { description },
  ]);
});

Deno.test("encode() says why a handle does not go where it should", () => {
  class Local implements HandleLike {
    [HANDLE](): HandleDescription {
      throw new TypeError("a ThreadQueue stays in its process, use Queue");
    }
  }
  const error = assertThrows(
    () => encode({ queues: [new Local()] }, { root: "args" }),
    TypeError,
  );
  assertStrictEquals(
    error.message,
    "Cannot send args.queues[0]: a ThreadQueue stays in its process, use Queue",
  );
  class Broken implements HandleLike {
    [HANDLE](): HandleDescription {
      throw new RangeError("not a refusal");
    }
  }
  assertThrows(
    () => encode([new Broken()], { root: "args" }),
    RangeError,
    "not a refusal",
  );
});

Deno.test("encode() forgets what it refused", () => {
  const parts = [new Token(1), new Uint8Array(5000), "x".repeat(100), {
    key: 1,
  }];
  refusalOf([...parts, ...parts, () => {}]);
  const encoded = encode({ key: 1 }, { root: "message" });
  assertEquals(encoded.handles, []);
  assert(encoded.byteLength < 20);
  assertEquals(decode(bytesOf(encoded)), { key: 1 });
});

Deno.test("encode() lets handles be made of others", () => {
  class Made implements HandleLike {
    readonly parts: readonly object[];

    constructor(...parts: object[]) {
      this.parts = parts;
    }

    [HANDLE](): HandleDescription {
      return { kind: "Made", module: "made.ts", words: [], parts: this.parts };
    }
  }
  const shared = new Token(7);
  const value = [{}, new Made(new Made(shared), shared), shared, new Made()];
  const encoded = encode([...value, value[1]], { root: "message" });
  assertEquals(encoded.handles.length, 4);
  const decoded = decode(bytesOf(encoded), {
    revive: ({ kind, words, parts }) => ({ kind, words, parts }),
  }) as { kind: string; parts: { parts: object[] }[] }[];
  assertEquals(decoded.map(({ kind }) => kind), [
    undefined,
    "Made",
    "Token",
    "Made",
    "Made",
  ] as unknown as string[]);
  assertStrictEquals(decoded[1].parts[1], decoded[2]);
  assertStrictEquals(decoded[1].parts[0].parts[0], decoded[2]);
  assertStrictEquals(decoded[4], decoded[1]);
  assertEquals(decoded[3].parts, undefined);
});
