import * as format from "./format.ts";
import { malformed } from "./format.ts";
import { awaitClasses } from "./late_classes.ts";
import { type ClassReference, findClass } from "./remote_errors.ts";
import type { ValueReader } from "./value_reader.ts";

/** Reads what is more than its properties. */
export function readObject(
  reader: ValueReader,
  tag: number,
  depth: number,
): unknown {
  switch (tag) {
    case format.BIGINT:
      return readBigint(reader);
    case format.MAP:
      return readMap(reader, depth);
    case format.SET:
      return readSet(reader, depth);
    case format.DATE: {
      const time = reader.value(depth);
      if (typeof time !== "number") malformed("a date has no time");
      return reader.adopt(new Date(time));
    }
    case format.REG_EXP:
      return reader.adopt(readRegExp(reader));
    case format.BOXED: {
      const value = reader.value(depth);
      if (value === undefined || value === null || typeof value === "object") {
        malformed("a box has no primitive in it");
      }
      return reader.adopt(Object(value));
    }
    case format.BUFFER:
      return reader.adopt(reader.buffer(reader.count()).buffer);
    case format.VIEW:
      return reader.adopt(readView(reader));
    case format.ERROR:
      return readError(reader, depth);
    case format.HANDLE_TAG:
      return readHandle(reader, depth);
    default:
      malformed("a part is of no known kind");
  }
}

function readBigint(reader: ValueReader): bigint {
  const text = reader.string();
  if (!/^-?[0-9a-f]+$/.test(text)) malformed("a bigint has no digits");
  return text.startsWith("-")
    ? -BigInt(`0x${text.slice(1)}`)
    : BigInt(`0x${text}`);
}

function readMap(reader: ValueReader, depth: number): Map<unknown, unknown> {
  const size = reader.size(2);
  const map = reader.adopt(new Map<unknown, unknown>());
  for (let i = 0; i < size; i++) {
    map.set(reader.value(depth + 1), reader.value(depth + 1));
  }
  return map;
}

function readSet(reader: ValueReader, depth: number): Set<unknown> {
  const size = reader.size(1);
  const set = reader.adopt(new Set<unknown>());
  for (let i = 0; i < size; i++) set.add(reader.value(depth + 1));
  return set;
}

function readRegExp(reader: ValueReader): RegExp {
  const source = reader.string();
  const flags = reader.string();
  try {
    return new RegExp(source, flags);
  } catch {
    malformed("a regular expression is not valid");
  }
}

function readView(reader: ValueReader): ArrayBufferView {
  const kind = reader.count();
  const { buffer, start } = reader.buffer(reader.count());
  const offset = reader.count() - start;
  const length = reader.count();
  const name = format.VIEW_NAMES[kind >> 1];
  const view: unknown = name && Reflect.get(globalThis, name);
  if (typeof view !== "function") malformed("a view is of no known kind");
  const unit = Reflect.get(view, "BYTES_PER_ELEMENT") ?? 1;
  if (
    offset < 0 || offset % unit !== 0 || length % unit !== 0 ||
    offset + length > buffer.byteLength
  ) {
    malformed("a view does not fit its buffer");
  }
  const tracks = kind % 2 === 1 && buffer.resizable;
  const size = tracks ? undefined : length / unit;
  return Reflect.construct(view, [buffer, offset, size]);
}

function readHandle(reader: ValueReader, depth: number): object {
  const kind = reader.string();
  const module = reader.string();
  const words: number[] = [];
  for (let left = reader.size(4); left > 0; left--) words.push(reader.int32());
  const { revive } = reader;
  if (revive === undefined) malformed("nothing here makes handles work");
  const adopt = reader.reserve();
  const parts: object[] = [];
  for (let left = reader.size(1); left > 0; left--) {
    const part = reader.value(depth + 1);
    if (typeof part !== "object" || part === null) {
      malformed("a part is of no known kind");
    }
    parts.push(part);
  }
  const own = { kind, module, words };
  return adopt(revive(parts.length === 0 ? own : { ...own, parts }));
}

function readError(reader: ValueReader, depth: number): Error {
  const base = reader.string();
  const classes: ClassReference[] = [];
  for (let left = reader.size(3); left > 0; left--) {
    classes.push({
      name: reader.string(),
      module: reader.string(),
      exportName: reader.string(),
    });
  }
  const nameOwned = readOwnership(reader);
  const name = reader.string();
  const messageOwned = readOwnership(reader);
  const message = reader.string();
  readOwnership(reader);
  const stack = reader.string();
  const { errorClass, lacking } = findClass({ base, classes });
  // The class's own constructor may want anything; what it would do has been done already.
  const isDomException = errorClass === DOMException ||
    errorClass.prototype instanceof DOMException;
  const error: Error = reader.adopt(
    isDomException
      ? Reflect.construct(DOMException, [message, name], errorClass)
      : Reflect.construct(Error, [], errorClass),
  );
  if (lacking.length > 0) awaitClasses(error, lacking);
  settle(error, "name", name, nameOwned);
  settle(error, "message", message, messageOwned);
  setProperty(error, "stack", stack || `${name}: ${message}`, format.OWN);
  for (;;) {
    const owned = readOwnership(reader);
    if (owned === format.NOT_OWN) return error;
    const key = reader.string();
    setProperty(error, key, reader.value(depth + 1), owned);
  }
}

function readOwnership(reader: ValueReader): number {
  const owned = reader.byte();
  if (owned > format.OWN_ENUMERABLE) {
    malformed("a property is of no known kind");
  }
  return owned;
}

/** Sees to it that the property has this value, whether from the class or from the error. */
function settle(
  error: Error,
  key: "name" | "message",
  value: string,
  owned: number,
): void {
  if (owned === format.NOT_OWN) {
    try {
      if (error[key] === value) return;
    } catch {
      // A getter that needs what only the constructor sets up.
    }
  }
  setProperty(error, key, value, owned);
}

function setProperty(
  error: Error,
  key: string,
  value: unknown,
  owned: number,
): void {
  Object.defineProperty(error, key, {
    value,
    writable: true,
    enumerable: owned === format.OWN_ENUMERABLE,
    configurable: true,
  });
}
