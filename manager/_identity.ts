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
 * What has more parts is the same only in the same order, and if the same objects stand
 * in it several times: looking at each of these as often as it is met could take for ever.
 */
const MOST_PARTS = 250_000;
/** Characters and bytes that count as one part more. */
const PART = 64;
/** Bytes that become text at a time: they are passed as arguments. */
const CHUNK = 8_192;

/** Thrown where a value has more parts than are to be looked at. */
class TooManyParts extends Error {}

/** A look at all parts of a value. */
class Look {
  /** The objects that a part lies in, from the outermost on. */
  readonly within: object[] = [];
  /** How many parts may still come. */
  left: number;

  constructor(most: number) {
    this.left = most;
  }

  /** @param length of a part, if that has one */
  count(length = 0): void {
    this.left -= 1 + Math.floor(length / PART);
    if (this.left < 0) throw new TooManyParts();
  }

  /** Says all of an object; nothing if it has too many parts. */
  textOf(object: object): string | undefined {
    try {
      return textOfObject(object, this);
    } catch (error) {
      if (error instanceof TooManyParts) return undefined;
      throw error;
    }
  }
}

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
  return `\0o${new Look(MOST_PARTS).textOf(value) ?? textOfBytes(value)}`;
}

/** What says whether others are the same as an object: have the same identity. */
export function sameAs(object: object): (other: object) => boolean {
  const look = new Look(MOST_PARTS);
  const text = look.textOf(object);
  if (text === undefined) {
    const bytes = textOfBytes(object);
    return (other) => textOfBytes(other) === bytes;
  }
  // Others that have more parts are none.
  const parts = MOST_PARTS - look.left;
  return (other) => new Look(parts).textOf(other) === text;
}

/** Says all of a value. Where it ends can be seen, so that texts can follow each other. */
function textOf(value: unknown, look: Look): string {
  look.count();
  switch (typeof value) {
    case "string":
      look.count(value.length);
      return `"${value.length}:${value}`;
    case "number":
      return Object.is(value, -0) ? "-0;" : `${value};`;
    case "bigint":
      return `${value}n;`;
    case "object":
      return value === null ? "null;" : textOfObject(value, look);
    case "function":
      return textOfBytes(value, look);
    default:
      return `${String(value)};`;
  }
}

function textOfObject(object: object, look: Look): string {
  const { within } = look;
  const place = within.indexOf(object);
  if (place >= 0) return `^${place};`;
  if (HANDLE in object || within.length > MAX_DEPTH) {
    return textOfBytes(object, look);
  }
  within.push(object);
  const text = textOfParts(object, look);
  within.pop();
  return text ?? textOfBytes(object, look);
}

/** Nothing if it is no mere container. */
function textOfParts(object: object, look: Look): string | undefined {
  const all = (values: readonly unknown[]) =>
    values.map((value) => textOf(value, look)).join("");
  if (Array.isArray(object)) {
    return isDense(Object.keys(object), object.length)
      ? `[${object.length}:${all(object)}`
      : `(${object.length}:${all(fieldsOf(object))}`;
  }
  if (object instanceof Set) {
    const members = Array.from(object, (member) => textOf(member, look));
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

function textOfBytes(value: unknown, look?: Look): string {
  const encoded = encode(value, ENCODING);
  look?.count(encoded.byteLength);
  const bytes = new Uint8Array(encoded.byteLength);
  encoded.writeTo(bytes);
  let text = `b${bytes.length}:`;
  for (let at = 0; at < bytes.length; at += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  }
  return text;
}
