import { assert } from "@std/assert";

/** Asserts that two values have the same parts, shared and ordered in the same way. */
export function assertClone(actual: unknown, expected: unknown): void {
  const met = new Map<object, object>();
  // A list instead of recursion, because the values may be deep.
  const pairs: [actual: unknown, expected: unknown, path: string][] = [
    [actual, expected, "value"],
  ];
  for (const [a, b, path] of pairs) {
    if (!isObject(a) || !isObject(b)) {
      assert(Object.is(a, b), `${path}: ${String(a)} is not ${String(b)}`);
      continue;
    }
    if (met.has(b)) {
      assert(met.get(b) === a, `${path}: shared parts are not shared`);
      continue;
    }
    met.set(b, a);
    assert(
      Object.getPrototypeOf(a) === Object.getPrototypeOf(b),
      `${path}: the prototypes differ`,
    );
    for (const part of partsOf(a, b, path)) pairs.push(part);
  }
}

function* partsOf(
  a: object,
  b: object,
  path: string,
): Iterable<[unknown, unknown, string]> {
  if (isView(a) && isView(b)) {
    yield [a.byteOffset, b.byteOffset, `${path}.byteOffset`];
    yield [a.byteLength, b.byteLength, `${path}.byteLength`];
    yield [a.buffer, b.buffer, `${path}.buffer`];
    return;
  }
  if (a instanceof ArrayBuffer && b instanceof ArrayBuffer) {
    yield [a.resizable, b.resizable, `${path}.resizable`];
    yield [a.maxByteLength, b.maxByteLength, `${path}.maxByteLength`];
    assertSame([...new Uint8Array(a)], [...new Uint8Array(b)], path);
    return;
  }
  if (a instanceof Map && b instanceof Map) {
    yield* listed([...a].flat(), [...b].flat(), path);
  } else if (a instanceof Set && b instanceof Set) {
    yield* listed([...a], [...b], path);
  } else if (a instanceof RegExp && b instanceof RegExp) {
    yield [String(a), String(b), path];
  } else if (isBox(a) || a instanceof Date) {
    yield [a.valueOf(), b.valueOf(), path];
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    yield [a.length, b.length, `${path}.length`];
  }
  const keys = Object.keys(b);
  assertSame(Object.keys(a), keys, path);
  for (const key of keys) {
    yield [Reflect.get(a, key), Reflect.get(b, key), `${path}.${key}`];
  }
}

function* listed(
  a: unknown[],
  b: unknown[],
  path: string,
): Iterable<[unknown, unknown, string]> {
  yield [a.length, b.length, `${path}.size`];
  for (const [i, part] of b.entries()) yield [a[i], part, `${path}(${i})`];
}

/** Like `assertEquals()`, but fast enough for long lists. */
function assertSame(a: unknown[], b: unknown[], path: string): void {
  assert(
    a.length === b.length && a.every((part, i) => part === b[i]),
    `${path}: the parts differ`,
  );
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isView(value: object): value is ArrayBufferView {
  return ArrayBuffer.isView(value);
}

function isBox(value: object): boolean {
  return value instanceof Boolean || value instanceof Number ||
    value instanceof String || value instanceof BigInt;
}
