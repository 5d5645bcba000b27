/** What has functions in every program, and where these are found. */
const HOLDERS = [
  "Array",
  "ArrayBuffer",
  "Atomics",
  "BigInt",
  "Date",
  "Deno",
  "Deno.env",
  "Intl",
  "JSON",
  "Math",
  "Number",
  "Object",
  "Promise",
  "Reflect",
  "String",
  "Temporal.Now",
  "URL",
  "WebAssembly",
  "console",
].map((path) => ({ path, at: path }));
/** What has its functions from a class. */
const INSTANCES = [
  { path: "crypto", at: "Crypto.prototype" },
  { path: "crypto.subtle", at: "SubtleCrypto.prototype" },
  { path: "performance", at: "Performance.prototype" },
];
/** Functions that call themselves otherwise than they are called. */
const RENAMED = ["Deno.env.get", "Deno.env.set", "Deno.env.delete"];

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
  const holder = [...HOLDERS, ...INSTANCES]
    .find(({ at }) => valueAt(objectAt(at), name) === target);
  return holder === undefined
    ? RENAMED.find((path) => objectAt(path) === target)
    : `${holder.path}.${name}`;
}

function isGlobal(target: { readonly name: string }): boolean {
  const own = GLOBALS.get(target.name);
  if (own === undefined) return false;
  return (own.get === undefined ? own.value : own.get.call(globalThis)) ===
    target;
}

function objectAt(path: string): unknown {
  return path.split(".").reduce<unknown>(valueAt, globalThis);
}

/** What stands there, unless a getter would have to be run. */
function valueAt(holder: unknown, name: string): unknown {
  if (Object(holder) !== holder) return undefined;
  return Object.getOwnPropertyDescriptor(holder, name)?.value;
}
