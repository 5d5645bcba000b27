import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { identityOf, sameAs } from "../../../manager/_identity.ts";

const assertSame = (a: unknown, b: unknown) =>
  assertEquals(identityOf(a), identityOf(b));

Deno.test("identityOf() leaves primitives as they are", () => {
  for (const value of ["a", "", 1, NaN, 1n, true, null, undefined]) {
    assertEquals(identityOf(value), value);
  }
});

Deno.test("identityOf() is the same for what is structurally the same", () => {
  const shared = { a: 1 };
  assertSame([shared, shared], [{ a: 1 }, { a: 1 }]);
  assertSame({ a: 1, 2: [NaN] }, { 2: [NaN], a: 1 });
  assertSame(Object.assign(Object.create(null), shared), shared);
  assertSame(new Date(5), new Date(5));
  assertSame([new Set([1, 2])], [new Set([2, 1])]);
  assertSame(new Map([[{ a: 1, b: 2 }, 1]]), new Map([[{ b: 2, a: 1 }, 1]]));
});

Deno.test("identityOf() is another for what is not the same", () => {
  const holed = [1, undefined];
  delete holed[1];
  const values: unknown[] = [
    "\0o[1:1;",
    [],
    {},
    new Set(),
    new Map(),
    new Date(0),
    new Date(1),
    /a/,
    /a/g,
    new Uint8Array([1]),
    new Int8Array([1]),
    [1],
    ["1"],
    [1n],
    [true],
    ["true"],
    [null],
    [undefined],
    [0],
    [-0],
    [NaN],
    [[1]],
    [1, 1],
    [11],
    [1, undefined],
    holed,
    Object.assign([1], { a: 1 }),
    ["a", "b"],
    ["ab"],
    ["", "ab"],
    ['a"1:b'],
    new Set([1]),
    new Set([[1]]),
    new Set([1, 2]),
    new Set([{}, {}]),
    new Set([{}]),
    new Map([[1, 2]]),
    new Map([[2, 1]]),
    [[1, 2]],
    { a: 1 },
    { a: undefined },
    { a: { b: 1 } },
    { a: {}, b: 1 },
    new Map([["a", 1]]),
  ];
  const identities = values.map(identityOf);
  for (const [n, identity] of identities.entries()) {
    assertEquals(identities.indexOf(identity), n, Deno.inspect(values[n]));
  }
});

Deno.test("identityOf() takes values that contain themselves, and deep ones", () => {
  const cycle = (text: string) => {
    const set = new Set<unknown>([text]);
    const object = { set, list: [set] };
    set.add(object);
    return object;
  };
  assertSame(cycle("a"), cycle("a"));
  assertNotEquals(identityOf(cycle("a")), identityOf(cycle("b")));
  const deep = (end: unknown) => {
    let value = end;
    for (let n = 0; n < 20_000; n++) value = [value];
    return value;
  };
  assertSame(deep(1), deep(1));
  assert(identityOf(deep(1)) !== identityOf(deep(2)));
});

Deno.test("identityOf() takes values in which one object stands many times", () => {
  const manyTimes = (end: unknown) => {
    let value = end;
    for (let n = 0; n < 40; n++) value = { first: value, last: [value] };
    return value as object;
  };
  assertSame(manyTimes(1), manyTimes(1));
  assertNotEquals(identityOf(manyTimes(1)), identityOf(manyTimes(2)));
  const bytes = new Uint8Array(1_000_000);
  const text = "a".repeat(1_000_000);
  for (const part of [bytes, { text }]) {
    const crowd = { b: new Array(10_000).fill(part), a: 1 };
    assertSame(crowd, { ...crowd });
    assertNotEquals(identityOf(crowd), identityOf({ ...crowd, a: 2 }));
  }
});

Deno.test("sameAs() takes those for the same whose identity is the same", () => {
  const many = (length: number) => Array.from({ length }, (_, n) => ({ n }));
  const values = [
    [1, 2],
    [[1], [2]],
    { a: 1, b: new Set([1, 2]) },
    { b: new Set([2, 1]), a: 1 },
    new Date(0),
    new Date(1),
    many(10),
    many(11),
    many(70_000),
    many(70_000),
    many(70_001),
  ];
  const identities = values.map(identityOf);
  for (const [n, value] of values.entries()) {
    const isSame = sameAs(value);
    for (const [m, other] of values.entries()) {
      assertEquals(
        isSame(other),
        identities[n] === identities[m],
        `${n}, ${m}`,
      );
    }
  }
});
