/** What has functions in every program: all without a source, so that others are none. */
const NATIVE_HOLDERS = [
  "Array",
  "ArrayBuffer",
  "Atomics",
  "BigInt",
  "Date",
  "Intl",
  "JSON",
  "Math",
  "Number",
  "Object",
  "Promise",
  "Reflect",
  "String",
  "Temporal.Now",
  "WebAssembly",
].map((path) => holderAt(path));
/** The same of functions that have a source. Some have theirs from a class. */
const HOLDERS = [
  holderAt("Deno"),
  holderAt("Deno.env"),
  holderAt("URL"),
  holderAt("console"),
  holderAt("crypto", "Crypto.prototype"),
  holderAt("crypto.subtle", "SubtleCrypto.prototype"),
  holderAt("performance", "Performance.prototype"),
];
/** Functions that call themselves otherwise than they are called. */
const RENAMED = ["Deno.env.get", "Deno.env.set", "Deno.env.delete"]
  .map((path) => holderAt(path));

/**
 * Global functions of the runtime that have a source, as it has them: a program may put
 * others in their place. Some it loads only when they are asked for.
 */
const GLOBALS: ReadonlyMap<string, PropertyDescriptor | undefined> = new Map(
  [
    "alert",
    "atob",
    "btoa",
    "clearImmediate",
    "clearInterval",
    "clearTimeout",
    "confirm",
    "createImageBitmap",
    "fetch",
    "prompt",
    "queueMicrotask",
    "reportError",
    "setImmediate",
    "setInterval",
    "setTimeout",
    "structuredClone",
  ].map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]),
);

/**
 * How every program calls a function that the runtime has, as `console.log`;
 * `undefined` if it is no such function.
 */
export function globalPathOf(
  target: { readonly name: string },
  isNative: boolean,
): string | undefined {
  const { name } = target;
  if (isNative && valueAt(globalThis, name) === target) return name;
  if (isGlobal(target)) return name;
  // Only now: some of them the runtime loads when they are asked for.
  const isIn = ({ at }: Holder) => valueAt(objectAt(at), name) === target;
  const holder = (isNative ? NATIVE_HOLDERS.find(isIn) : undefined) ??
    HOLDERS.find(isIn);
  return holder === undefined
    ? RENAMED.find(({ at }) => objectAt(at) === target)?.path
    : `${holder.path}.${name}`;
}

/** Where functions are called, and where they are found. */
interface Holder {
  readonly path: string;
  readonly at: readonly string[];
}

function holderAt(path: string, at = path): Holder {
  return { path, at: at.split(".") };
}

function isGlobal(target: { readonly name: string }): boolean {
  const own = GLOBALS.get(target.name);
  if (own === undefined) return false;
  return (own.get === undefined ? own.value : own.get.call(globalThis)) ===
    target;
}

function objectAt(steps: readonly string[]): unknown {
  return steps.reduce<unknown>(valueAt, globalThis);
}

/** What stands there, unless a getter would have to be run. */
function valueAt(holder: unknown, name: string): unknown {
  if (Object(holder) !== holder) return undefined;
  return Object.getOwnPropertyDescriptor(holder, name)?.value;
}
