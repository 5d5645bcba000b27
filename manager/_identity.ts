import { encode, HANDLE, isDense } from "../_internal/codec/mod.ts";
import { programDestination } from "./_destination.ts";

/** Objects in a manager are those of a process of its program. */
const ENCODING = {
  root: "key",
  to: "the manager",
  get destination() {
    return programDestination();
  },
};

/** What lies deeper is the same only in the same order, to spare the stack. */
const MAX_DEPTH = 500;

/**
 * What is the same for values that are the same, to a `Map`: primitives stand for
 * themselves, objects for all that is in them. The order of properties and of what is
 * in sets and maps does not matter.
 *
 * Strings for which an object could be taken are marked.
 */
export function identityOf(value: unknown): unknown {
  if (typeof value === "string") {
    return value.charCodeAt(0) === 0 ? `\0s${value}` : value;
  }
  if (typeof value !== "object" || value === null) return value;
  return `\0o${textOfObject(value, [])}`;
}

/** Says all of a value. Where it ends can be seen, so that texts can follow each other. */
function textOf(value: unknown, within: object[]): string {
  switch (typeof value) {
    case "string":
      return `"${value.length}:${value}`;
    case "number":
      return Object.is(value, -0) ? "-0;" : `${value};`;
    case "bigint":
      return `${value}n;`;
    case "object":
      return value === null ? "null;" : textOfObject(value, within);
    case "function":
      return textOfBytes(value);
    default:
      return `${String(value)};`;
  }
}

/** @param within the objects that it lies in, from the outermost on */
function textOfObject(object: object, within: object[]): string {
  const place = within.indexOf(object);
  if (place >= 0) return `^${place};`;
  if (HANDLE in object || within.length > MAX_DEPTH) return textOfBytes(object);
  within.push(object);
  const text = textOfParts(object, within);
  within.pop();
  return text ?? textOfBytes(object);
}

/** Nothing if it is no mere container. */
function textOfParts(object: object, within: object[]): string | undefined {
  const all = (values: readonly unknown[]) =>
    values.map((value) => textOf(value, within)).join("");
  if (Array.isArray(object)) {
    return isDense(Object.keys(object), object.length)
      ? `[${object.length}:${all(object)}`
      : `(${object.length}:${all(fieldsOf(object))}`;
  }
  if (object instanceof Set) {
    const members = Array.from(object, (member) => textOf(member, within));
    return `S${object.size}:${members.sort().join("")}`;
  }
  if (object instanceof Map) {
    return `M${object.size}:${Array.from(object, all).sort().join("")}`;
  }
  if (Object.prototype.toString.call(object) !== "[object Object]") return;
  const fields = fieldsOf(object);
  return `{${fields.length}:${all(fields)}`;
}

function fieldsOf(object: object): unknown[] {
  return Object.keys(object).sort()
    .flatMap((key) => [key, Reflect.get(object, key)]);
}

function textOfBytes(value: unknown): string {
  const encoded = encode(value, ENCODING);
  const bytes = new Uint8Array(encoded.byteLength);
  encoded.writeTo(bytes);
  let text = `b${bytes.length}:`;
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
