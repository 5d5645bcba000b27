/** Objects of every program whose functions are called by a path. */
const HOLDERS = [
  "Array",
  "Atomics",
  "BigInt",
  "Date",
  "Deno",
  "JSON",
  "Math",
  "Number",
  "Object",
  "Promise",
  "Reflect",
  "String",
  "console",
] as const;

/**
 * How every program calls a function that the runtime has, as `console.log`;
 * `undefined` if it is no such function.
 *
 * Of functions that are global themselves it knows only those without a source:
 * others may be the program's own.
 */
export function globalPathOf(
  target: { readonly name: string },
  isNative: boolean,
): string | undefined {
  const { name } = target;
  if (isNative && valueAt(globalThis, name) === target) return name;
  const holder = HOLDERS.find((it) =>
    valueAt(valueAt(globalThis, it), name) === target
  );
  return holder === undefined ? undefined : `${holder}.${name}`;
}

/** What stands there, unless a getter would have to be run. */
function valueAt(holder: unknown, name: string): unknown {
  if (Object(holder) !== holder) return undefined;
  return Object.getOwnPropertyDescriptor(holder, name)?.value;
}
