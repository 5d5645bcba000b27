import * as format from "./format.ts";
import { mapStep, noStep, Refusal, withArticle } from "./refusal.ts";
import { ancestryOf } from "./remote_errors.ts";
import type { ValueWriter } from "./value_writer.ts";

/** What the tag of such says, which have no constructor to be told by. */
const NAMELESS_PLATFORM_CLASS =
  /^(?:Async)?Generator$| Iterator$|^Iterator Helper$/;
const NO_PARTS: readonly object[] = [];
const USE_SHARED_ARRAY = { advice: ", use SharedArray" };

/**
 * Writes an object that is more than its properties.
 *
 * @returns whether it is one; if not, nothing has been written
 */
export function writeObject(
  writer: ValueWriter,
  object: object,
  depth: number,
): boolean {
  if (ArrayBuffer.isView(object)) {
    writeView(writer, object);
  } else if (object instanceof Error) {
    writeError(writer, object, depth);
  } else if (object instanceof Map) {
    writeMap(writer, object, depth);
  } else if (object instanceof Set) {
    writeSet(writer, object, depth);
  } else if (object instanceof Date) {
    const time = genuine("Date", () => Date.prototype.getTime.call(object));
    writer.tag(format.DATE);
    writer.list([time], 1, noStep, depth);
  } else if (object instanceof RegExp) {
    const source = slot<string>(RegExp, "source", object);
    writer.tag(format.REG_EXP);
    writer.string(source);
    writer.string(slot(RegExp, "flags", object));
  } else if (object instanceof ArrayBuffer) {
    slot(ArrayBuffer, "byteLength", object);
    writer.tag(format.BUFFER);
    writer.count(writer.buffers.add(object));
  } else {
    const boxed = unbox(object);
    if (boxed === undefined) {
      refusePlatformObject(object);
      return false;
    }
    writer.tag(format.BOXED);
    writer.list([boxed], 1, noStep, depth);
  }
  return true;
}

export function isHandle(object: object): object is format.HandleLike {
  const { [format.HANDLE]: describe }: Partial<format.HandleLike> = object;
  return typeof describe === "function";
}

export function writeHandle(
  writer: ValueWriter,
  handle: format.HandleLike,
): void {
  let description: format.HandleDescription;
  try {
    description = writer.describe?.(handle) ??
      handle[format.HANDLE](writer.destination);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Refusal("", { reason: error });
  }
  const { kind, module, words, parts = NO_PARTS } = description;
  writer.tag(format.HANDLE_TAG);
  writer.string(kind);
  writer.string(module);
  writer.count(words.length);
  for (const word of words) writer.int32(word);
  writer.handles.push(handle);
  writer.count(parts.length);
  if (parts.length > 0) writer.list(parts, parts.length, noStep, 0);
}

function writeMap(
  writer: ValueWriter,
  map: Map<unknown, unknown>,
  depth: number,
): void {
  if (depth > writer.limit) {
    return writer.later(format.KIND_MAP, () => writeMap(writer, map, 0));
  }
  const entries: unknown[] = [];
  genuine("Map", () => {
    Map.prototype.forEach.call(map, (value, key) => entries.push(key, value));
  });
  writer.tag(format.MAP);
  writer.count(entries.length / 2);
  const steps = (index: number) => mapStep(entries, index);
  writer.list(entries, entries.length, steps, depth + 1);
}

function writeSet(
  writer: ValueWriter,
  set: Set<unknown>,
  depth: number,
): void {
  if (depth > writer.limit) {
    return writer.later(format.KIND_SET, () => writeSet(writer, set, 0));
  }
  const members: unknown[] = [];
  genuine("Set", () => {
    Set.prototype.forEach.call(set, (member) => members.push(member));
  });
  writer.tag(format.SET);
  writer.count(members.length);
  const steps = (index: number) => `.values()[${index}]`;
  writer.list(members, members.length, steps, depth + 1);
}

function writeView(writer: ValueWriter, view: ArrayBufferView): void {
  const typedArray = Object.getPrototypeOf(Uint8Array);
  const name: string =
    Reflect.get(typedArray.prototype, Symbol.toStringTag, view) ?? "DataView";
  const number = format.VIEW_NAMES.indexOf(name);
  if (number < 0) throw new Refusal(withArticle(name));
  const kind = name === "DataView" ? DataView : typedArray;
  const buffer = slot<ArrayBufferLike>(kind, "buffer", view);
  if (buffer instanceof SharedArrayBuffer) {
    throw new Refusal("a view of a SharedArrayBuffer", USE_SHARED_ARRAY);
  }
  if (buffer.detached) throw new Refusal("a view of a detached ArrayBuffer");
  const start = slot<number>(kind, "byteOffset", view);
  const length = slot<number>(kind, "byteLength", view);
  // Whether a view grows with its buffer can only be seen by growing it; one that reaches the end
  // most likely does.
  const unit = Reflect.get(globalThis, name).BYTES_PER_ELEMENT ?? 1;
  const tracks = buffer.resizable && start + length + unit > buffer.byteLength;
  const index = writer.buffers.add(buffer, start, length);
  writer.tag(format.VIEW);
  writer.count(number * 2 + (tracks ? 1 : 0));
  writer.count(index);
  writer.count(start);
  writer.count(length);
}

/** Whatever an error that was thrown holds that cannot be sent is left out. */
function writeError(writer: ValueWriter, error: Error, depth: number): void {
  if (depth > format.MAX_ERROR_DEPTH) {
    throw new Refusal("an error nested so deeply");
  }
  const { base, classes } = ancestryOf(error);
  writer.tag(format.ERROR);
  writer.string(base);
  writer.count(classes.length);
  for (const { name, module, exportName } of classes) {
    writer.string(name);
    writer.string(module);
    writer.string(exportName);
  }
  for (const key of ["name", "message", "stack"]) {
    writer.tag(ownership(error, key));
    writer.string(textOf(error, key));
  }
  for (const key of Object.getOwnPropertyNames(error)) {
    if (key === "name" || key === "message" || key === "stack") continue;
    const owned = ownership(error, key);
    if (owned === format.OWN && !format.ERROR_PARTS.includes(key)) continue;
    const write = () => {
      const value: unknown = Reflect.get(error, key);
      writer.tag(owned);
      writer.string(key);
      if (writer.isThrown && key === "errors" && Array.isArray(value)) {
        writer.salvage(value, depth + 1);
      } else {
        writer.list([value], 1, [key], depth + 1);
      }
    };
    if (writer.isThrown) writer.attempt(write);
    else write();
  }
  writer.tag(format.NOT_OWN);
}

function ownership(error: Error, key: string): number {
  const property = Object.getOwnPropertyDescriptor(error, key);
  if (property === undefined) return format.NOT_OWN;
  return property.enumerable ? format.OWN_ENUMERABLE : format.OWN;
}

function textOf(error: Error, key: string): string {
  try {
    return String(Reflect.get(error, key) ?? "");
  } catch {
    return "";
  }
}

function unbox(object: object): unknown {
  if (object instanceof Boolean) {
    return genuine("Boolean", () => Boolean.prototype.valueOf.call(object));
  }
  if (object instanceof Number) {
    return genuine("Number", () => Number.prototype.valueOf.call(object));
  }
  if (object instanceof String) {
    return genuine("String", () => String.prototype.valueOf.call(object));
  }
  if (object instanceof BigInt) {
    return genuine("BigInt", () => BigInt.prototype.valueOf.call(object));
  }
  return undefined;
}

/** Refuses what is an object of the runtime, of which a copy of its properties is no copy. */
function refusePlatformObject(object: object): void {
  let prototype: unknown = Object.getPrototypeOf(object);
  while (
    typeof prototype === "object" && prototype !== null &&
    prototype !== Object.prototype
  ) {
    const tag = ownValue(prototype, Symbol.toStringTag);
    const constructor = ownValue(prototype, "constructor");
    const name = typeof constructor === "function" ? constructor.name : "";
    for (const path of [tag, name, `Deno.${name}`]) {
      if (typeof path !== "string") continue;
      const isNameless = path === tag && NAMELESS_PLATFORM_CLASS.test(path);
      if (!isNameless && !isPlatformClass(path, prototype)) continue;
      const shared = path === "SharedArrayBuffer";
      throw new Refusal(withArticle(path), shared ? USE_SHARED_ARRAY : {});
    }
    if (isResource(object) || isStandardStream(name, prototype)) {
      throw new Refusal(withArticle(`Deno.${name}`));
    }
    prototype = Object.getPrototypeOf(prototype);
  }
}

/** Whether it is a socket or the like, by a symbol that these have: their classes are not public. */
function isResource(object: object): boolean {
  return Object.getOwnPropertySymbols(object)
    .some(({ description }) => description === "Deno.internal.rid");
}

function isStandardStream(name: string, prototype: object): boolean {
  return /^Std(?:in|out|err)$/.test(name) &&
    prototype ===
      Object.getPrototypeOf(Reflect.get(Deno, name.toLowerCase()));
}

/** Whether the runtime has a class of this name, `Intl.Collator` for one, with this prototype. */
function isPlatformClass(path: string, prototype: object): boolean {
  const names = path.split(".");
  // What a program adds to the globals by assignment can be enumerated.
  if (
    names.length === 1 &&
    Object.getOwnPropertyDescriptor(globalThis, path)?.enumerable !== false
  ) {
    return false;
  }
  let found: unknown = globalThis;
  for (const name of names) {
    if (typeof found !== "object" || found === null) return false;
    found = Reflect.get(found, name);
  }
  return typeof found === "function" && found.prototype === prototype;
}

function ownValue(object: object, key: PropertyKey): unknown {
  return Object.getOwnPropertyDescriptor(object, key)?.value;
}

/** Reads what every real object of this class has. */
function slot<T>(
  kind: { readonly prototype: object; readonly name: string },
  key: string,
  object: object,
): T {
  return genuine(kind.name, () => Reflect.get(kind.prototype, key, object));
}

/** A Proxy of a Map, for one, is an instance of Map that the methods of Map do not take. */
function genuine<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch {
    throw new Refusal(`an object that only looks like ${withArticle(name)}`);
  }
}
