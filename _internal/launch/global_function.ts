/** What has functions in every program, by what calls them there. */
const HOLDERS: ReadonlyMap<string, unknown> = new Map([
  ...[
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
  ].map((path) => [path, objectAt(path)] as const),
  // These have theirs from a class.
  ["crypto", objectAt("Crypto.prototype")],
  ["crypto.subtle", objectAt("SubtleCrypto.prototype")],
  ["performance", objectAt("Performance.prototype")],
]);

/** Functions that call themselves otherwise than they are called. */
const RENAMED: ReadonlyMap<unknown, string> = new Map(
  ["get", "set", "delete"].map((name) => [
    valueAt(objectAt("Deno.env"), name),
    `Deno.env.${name}`,
  ]),
);

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
  for (const [path, holder] of HOLDERS) {
    if (valueAt(holder, name) === target) return `${path}.${name}`;
  }
  return RENAMED.get(target);
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
