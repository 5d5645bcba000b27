import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
} from "@std/assert";
import {
  HANDLE,
  knowModule,
  withRemoteStack,
} from "../../../_internal/codec/mod.ts";
import { bytesOf, refusalOf, roundTrip } from "./round_trip.ts";
import { decode, encode } from "../../../_internal/codec/mod.ts";
import * as failures from "./testdata/error_classes.ts";

const FAILURES = import.meta.resolve("./testdata/error_classes.ts");

function sent<E extends Error>(error: E): E {
  return roundTrip(error) as E;
}

function assertSame(actual: Error, expected: Error): void {
  assertStrictEquals(
    Object.getPrototypeOf(actual),
    Object.getPrototypeOf(expected),
  );
  assert(actual instanceof DOMException || Error.isError(actual));
  assertStrictEquals(actual.name, expected.name);
  assertStrictEquals(actual.message, expected.message);
  assertStrictEquals(actual.stack, expected.stack);
  assertEquals(Object.keys(actual), Object.keys(expected));
}

Deno.test("encode() and decode() keep errors of built-in classes", () => {
  const errors = [
    new Error("plain"),
    new EvalError("eval"),
    new RangeError("range"),
    new ReferenceError("reference"),
    new SyntaxError("syntax"),
    new TypeError("two\nlines\n    at nowhere"),
    new URIError(""),
    new AggregateError([], "all"),
    new SuppressedError(1, 2, "suppressed"),
    new DOMException("stop", "AbortError"),
    new DOMException("late", "TimeoutError"),
    new Deno.errors.NotFound("no file"),
    new Deno.errors.BrokenPipe("no reader"),
  ];
  for (const error of errors) assertSame(sent(error), error);
});

Deno.test("decode() lets an error become what it was once its class is asked for", () => {
  class Middle extends RangeError {}
  class Leaf extends Middle {}
  const alike = { Leaf: class Leaf extends TypeError {} };
  const copy = sent(new Leaf("unknown here"));
  assertStrictEquals(copy.constructor, RangeError);
  assert(copy instanceof RangeError && !(copy instanceof TypeError));
  assert(!(copy instanceof alike.Leaf));
  assert(copy instanceof Middle);
  assertStrictEquals(copy.constructor, Middle);
  assert(copy instanceof Leaf && copy instanceof Middle);
  assertStrictEquals(copy.constructor, Leaf);
  assertEquals([copy.message, copy.name], ["unknown here", "RangeError"]);
  assert(!(new RangeError() instanceof Leaf));
  assert(!({} instanceof Leaf) && !(copy instanceof Date));
});

Deno.test("encode() and decode() keep the code of a DOMException", () => {
  const copy = sent(new DOMException("stop", "AbortError"));
  assertInstanceOf(copy, DOMException);
  assertStrictEquals(copy.code, DOMException.ABORT_ERR);
});

Deno.test("encode() and decode() hide of an error what was hidden", () => {
  const copy = sent(new Error("plain", { cause: 1 }));
  const hidden = { writable: true, enumerable: false, configurable: true };
  for (const key of ["message", "cause", "stack"]) {
    const property = Object.getOwnPropertyDescriptor(copy, key);
    assertEquals(property, { value: Reflect.get(copy, key), ...hidden });
  }
  assertEquals(Object.keys(copy), []);
  assert(!Object.hasOwn(sent(new Error()), "message"));
});

Deno.test("encode() and decode() keep the cause of an error, even undefined", () => {
  const inner = new TypeError("inner", { cause: { code: [1, 2] } });
  const cause = sent(new Error("outer", { cause: inner })).cause as TypeError;
  assertSame(cause, inner);
  assertEquals(cause.cause, { code: [1, 2] });
  assert(!Object.hasOwn(sent(new Error("none")), "cause"));
  const undefinedCause = sent(new Error("none", { cause: undefined }));
  assert(Object.hasOwn(undefinedCause, "cause"));
  assertStrictEquals(undefinedCause.cause, undefined);
});

Deno.test("encode() and decode() keep the errors of an error", () => {
  const all = sent(new AggregateError([new TypeError("one"), 2], "all"));
  assertInstanceOf(all, AggregateError);
  assertInstanceOf(all.errors[0], TypeError);
  assertStrictEquals(all.errors[0].message, "one");
  assertStrictEquals(all.errors[1], 2);
  const both = sent(new SuppressedError(new URIError("last"), "first"));
  assertInstanceOf(both, SuppressedError);
  assertInstanceOf(both.error, URIError);
  assertStrictEquals(both.suppressed, "first");
});

Deno.test("encode() and decode() keep custom properties of errors", () => {
  const error = Object.assign(new Error("custom"), {
    code: "E_CUSTOM",
    details: { at: new Date(0), list: [1, 2] },
    name: "CustomError",
  });
  const copy = sent(error);
  assertEquals({ ...copy }, { ...error });
  assertStrictEquals(copy.name, "CustomError");
});

Deno.test("encode() and decode() keep errors shared and in cycles", () => {
  const error = Object.assign(new Error("cycle"), { self: null as unknown });
  error.self = [error];
  error.cause = error;
  const [first, second] = roundTrip([error, error]) as typeof error[];
  assertStrictEquals(first, second);
  assertStrictEquals(first.cause, first);
  assertEquals(first.self, [first]);
});

Deno.test("encode() refuses an error that holds what cannot be sent, naming the path", () => {
  const handler = Object.assign(new Error("x"), { handler: () => {}, id: 3 });
  const refused: [unknown, string][] = [
    [handler, "message.handler: a function"],
    [
      [new Error("x", { cause: { on: Symbol("s") } })],
      "message[0].cause.on: a symbol",
    ],
    [
      new Map([["e", new AggregateError([1, handler])]]),
      'message.get("e").errors[1].handler: a function',
    ],
    [
      new SuppressedError(() => {}, 1),
      "message.error: a function",
    ],
  ];
  for (const [value, problem] of refused) {
    assertEquals(
      refusalOf(value),
      `Cannot send ${problem} cannot be sent to another process`,
    );
  }
  const deep = new Error("deep");
  let details: unknown = "bottom";
  for (let level = 0; level < 1_000; level++) details = { details };
  let copy = sent(Object.assign(deep, { details })) as unknown;
  for (let level = 0; level <= 1_000; level++) {
    copy = (copy as typeof deep & { details: unknown }).details;
  }
  assertEquals(copy, "bottom");
});

Deno.test("encode() leaves out of an error that was thrown what cannot be sent", () => {
  class Connection {
    [HANDLE](): never {
      throw new TypeError("it stays here");
    }
  }
  const shared = { shared: true };
  const error = Object.assign(
    new AggregateError([1, () => {}, shared], "all"),
    {
      onRetry: () => {},
      request: {
        data: new Uint8Array(5000),
        shared,
        text: "é",
        promise: Promise.resolve(),
      },
      connection: new Connection(),
      shared,
      code: 7,
    },
  );
  Object.defineProperty(error, "broken", {
    enumerable: true,
    get() {
      throw new Error("not readable");
    },
  });
  error.cause = new Error("inner", { cause: Symbol("s") });
  const encoded = encode([shared, error, { shared }], {
    root: "message",
    thrown: true,
  });
  assert(encoded.byteLength < 4000);
  assertEquals(encoded.handles, []);
  const copy = decode(bytesOf(encoded)) as [object, typeof error, object];
  assertEquals(Object.keys(copy[1]), ["shared", "code", "cause"]);
  assertStrictEquals(copy[1].shared, copy[0] as typeof shared);
  assertEquals(copy[1].errors, [1, undefined, shared]);
  assertStrictEquals(copy[1].errors[2], copy[0]);
  assertEquals(copy[2], { shared });
  const cause = copy[1].cause as Error;
  assertStrictEquals(cause.message, "inner");
  assert(!Object.hasOwn(cause, "cause"));
});

Deno.test("encode() leaves out of an error that was thrown what is too deep", () => {
  let error = new Error("0");
  for (let level = 1; level < 10_000; level++) {
    error = new Error(String(level), { cause: error });
  }
  const copy = decode(
    bytesOf(encode(error, { root: "error", thrown: true })),
  );
  let depth = 0;
  for (let cause: unknown = copy; cause instanceof Error; cause = cause.cause) {
    depth++;
  }
  assert(depth > 100);
  let value: unknown = new Error("bottom", { cause: [[[1]]] });
  for (let level = 0; level < 1000; level++) value = [value];
  let bottom = roundTrip(value);
  while (Array.isArray(bottom)) bottom = bottom[0];
  assertEquals((bottom as Error).cause, [[[1]]]);
});

Deno.test("encode() and decode() keep errors of the classes of known modules", () => {
  knowModule(FAILURES, failures);
  const errors = [
    new failures.PlainFailure("plain"),
    new failures.NamedFailure("named"),
    new failures.PickyFailure({ limit: 5 }),
    new failures.ProtocolFailure("protocol"),
  ];
  for (const error of errors) assertSame(sent(error), error);
  const picky = sent(new failures.PickyFailure({ limit: 5 }));
  assertStrictEquals(picky.limit, 5);
  assertInstanceOf(picky, RangeError);
  const protocol = sent(new failures.ProtocolFailure("protocol"));
  assertStrictEquals(protocol.code, DOMException.NETWORK_ERR);
  const secretive = sent(new failures.SecretiveFailure());
  assertInstanceOf(secretive, failures.SecretiveFailure);
  assertStrictEquals(secretive.message, "it is secret");
});

Deno.test("decode() finds the class of an error by its name in another module", () => {
  class NamedFailure extends Error {}
  const elsewhere = "file:///elsewhere.ts";
  knowModule(FAILURES, {});
  knowModule(elsewhere, { NamedFailure });
  const bytes = bytesOf(encode(new NamedFailure("named"), { root: "message" }));
  knowModule(elsewhere, {});
  knowModule(FAILURES, failures);
  const copy = decode(bytes) as Error;
  assertInstanceOf(copy, failures.NamedFailure);
  assertStrictEquals(copy.message, "named");
});

Deno.test("decode() takes the nearest class it has", () => {
  knowModule(FAILURES, failures);
  class Local extends failures.PickyFailure {
    override name = "Local";
  }
  const near = sent(new Local({ limit: 3 }));
  assertStrictEquals(
    Object.getPrototypeOf(near),
    failures.PickyFailure.prototype,
  );
  assertEquals([near.name, near.message], ["Local", "more than 3"]);

  knowModule(FAILURES, {});
  const far = sent(new Local({ limit: 3 }));
  assertStrictEquals(Object.getPrototypeOf(far), RangeError.prototype);
  assertEquals([far.name, far.message], ["Local", "more than 3"]);
  class Inheriting extends TypeError {}
  Inheriting.prototype.name = "Inheriting";
  const inheriting = sent(new Inheriting("far"));
  assertStrictEquals(Object.getPrototypeOf(inheriting), TypeError.prototype);
  assertStrictEquals(inheriting.name, "Inheriting");
  assertStrictEquals(
    sent(new failures.SecretiveFailure()).message,
    "it is secret",
  );
});

Deno.test("decode() does not take just anything for the class of an error", () => {
  for (const name of ["Object", "Function", "constructor", "__proto__", ""]) {
    const Odd = { [name]: class extends Error {} }[name] ?? Error;
    const copy = sent(new Odd("odd"));
    assertStrictEquals(Object.getPrototypeOf(copy), Error.prototype);
    assertStrictEquals(copy.message, "odd");
  }
});

Deno.test("knowModule() takes modules that are still loading", () => {
  knowModule("file:///loading.ts", {
    get Later(): unknown {
      throw new ReferenceError("Later is not yet defined");
    },
  });
  class Failure extends Error {}
  assertStrictEquals(sent(new Failure("meanwhile")).message, "meanwhile");
  knowModule("file:///loading.ts", {});
});

Deno.test("withRemoteStack() puts the frames of who waits above the others", () => {
  const error = new RangeError("too far\nby two lines");
  error.stack =
    "RangeError: too far\nby two lines\n    at work (file:///work.ts:1:2)";
  withRemoteStack(error, "Process-1", "\n    at ask (file:///main.ts:3:4)");
  assertEquals((error.stack ?? "").split("\n"), [
    "RangeError: too far",
    "by two lines",
    "    at ask (file:///main.ts:3:4)",
    "  --- in Process-1 ---",
    "    at work (file:///work.ts:1:2)",
  ]);
  assertEquals(Object.keys(error), []);
});

Deno.test("withRemoteStack() makes do without a remote stack", () => {
  const error = new Error("bare");
  error.stack = undefined;
  withRemoteStack(error, "Thread-2", "\n    at ask (file:///main.ts:3:4)");
  assertEquals(
    error.stack,
    "\n    at ask (file:///main.ts:3:4)\n  --- in Thread-2 ---",
  );
});
