import { kindOfValue } from "./show_value.ts";

/** Names of options, each by the kind of a value that is likely meant for it. */
export type LikelyOptions = Readonly<Record<string, string>>;

const WANTED = {
  boolean: "true or false",
  function: "a function",
  number: "a number",
  object: "an object",
  string: "a string",
} as const;

/**
 * Checks that what is called so is an array.
 *
 * @throws {TypeError} if it is none
 */
export function checkArray(value: unknown, called: string, doing: string) {
  if (Array.isArray(value)) return;
  throw new TypeError(
    `Cannot ${doing}: ${called} is ${kindOfValue(value)}, not an array`,
  );
}

/**
 * Checks that options are an object, so that a value in their place is not taken for
 * none: a number, as Python takes it, or a function.
 *
 * @param doing what they are for, as in "create queue"
 * @param likely what to advise: the option for a value of that kind, or the first
 * @throws {TypeError} if they are none
 */
export function checkOptions(
  options: unknown,
  doing: string,
  likely: LikelyOptions,
): void {
  const kind = typeof options;
  const isObject = kind === "object" && options !== null;
  if (isObject && !Array.isArray(options) && !ArrayBuffer.isView(options)) {
    return;
  }
  const isShown = kind in likely && (kind === "number" || kind === "boolean");
  const name = likely[kind] ?? Object.values(likely)[0];
  refuseOptions(
    isObject || kind === "function"
      ? kindOfValue(options)
      : `${kindOfValue(options)}, not an object`,
    doing,
    `${name}: ${isShown ? options : "…"}`,
  );
}

/**
 * Checks that what takes no options was given none.
 *
 * @param given the arguments behind those that it takes
 * @param instead why not, or what to do
 * @throws {TypeError} if it was
 */
export function checkNoOptions(
  given: ArrayLike<unknown>,
  doing: string,
  instead: string,
): void {
  if (given.length === 0 || given[0] === undefined) return;
  throw new TypeError(`Cannot ${doing}: it takes no options; ${instead}`);
}

/**
 * Refuses what stands in place of options.
 *
 * @param what what it is
 * @param instead what to pass in braces
 * @throws {TypeError} always
 */
export function refuseOptions(
  what: string,
  doing: string,
  instead: string,
): never {
  throw new TypeError(
    `Cannot ${doing}: the options are ${what}; pass { ${instead} }`,
  );
}

/**
 * Checks the kind of an option that may be left out.
 *
 * @throws {TypeError} if it is of another one
 */
export function checkOption(
  value: unknown,
  kind: keyof typeof WANTED,
  called: string,
  doing: string,
): void {
  if (value !== undefined) checkKind(value, kind, called, doing);
}

/**
 * Checks the kind of a value.
 *
 * @throws {TypeError} if it is of another one
 */
export function checkKind(
  value: unknown,
  kind: keyof typeof WANTED,
  called: string,
  doing: string,
): void {
  const isOfKind = typeof value === kind && value !== null;
  if (isOfKind && !(kind === "object" && Array.isArray(value))) return;
  throw new TypeError(
    `Cannot ${doing}: ${called} is ${kindOfValue(value)}, not ${WANTED[kind]}`,
  );
}

/**
 * Checks a number of milliseconds, whatever its size.
 *
 * @throws {TypeError} if it is not a number
 */
export function checkTime(
  value: unknown,
  called: string,
  doing: string,
): void {
  checkKind(value, "number", called, doing);
  if (value === value) return;
  throw new TypeError(`Cannot ${doing}: ${called} is NaN, not a number`);
}

/**
 * Checks a whole number.
 *
 * @param least what it must not be below; default: what stands for one number only
 * @param most what it must not be above; default: likewise
 * @returns it
 * @throws {TypeError} if it is not a number
 * @throws {RangeError} if it is not whole, or out of range
 */
export function checkWhole(
  value: unknown,
  called: string,
  doing: string,
  least = Number.MIN_SAFE_INTEGER,
  most = Number.MAX_SAFE_INTEGER,
): number {
  if (isWhole(value) && value >= least && value <= most) return value;
  checkKind(value, "number", called, doing);
  throw new RangeError(
    `Cannot ${doing}: ${called} is ${value}, not a whole number${
      rangeFor(value as number, least, most)
    }`,
  );
}

/**
 * {@linkcode checkWhole}, from 0, of a limit.
 *
 * @returns it, or 0 for `Infinity`: both are for none
 */
export function checkLimit(
  value: unknown,
  called: string,
  doing: string,
  most?: number,
): number {
  return value === Infinity ? 0 : checkWhole(value, called, doing, 0, most);
}

/** {@linkcode checkWhole}, if it was given. */
export function optionalWhole(
  value: unknown,
  called: string,
  doing: string,
): number | undefined {
  return value === undefined ? undefined : checkWhole(value, called, doing);
}

function isWhole(value: unknown): value is number {
  return Number.isInteger(value);
}

/** Limits that are the same for all are only worth naming to who has passed them. */
function rangeFor(value: number, least: number, most: number): string {
  if (most < Number.MAX_SAFE_INTEGER || isWhole(value) && value > most) {
    return ` from ${least} to ${most}`;
  }
  return least > Number.MIN_SAFE_INTEGER || isWhole(value) && value < least
    ? ` from ${least}`
    : "";
}

/**
 * Checks an option that may be left out and has a few values.
 *
 * @throws {TypeError} if it is none of them
 */
export function checkChoice(
  value: unknown,
  choices: readonly string[],
  called: string,
  doing: string,
): void {
  if (value === undefined || choices.some((it) => it === value)) return;
  const quoted = choices.map((choice) => JSON.stringify(choice));
  throw new TypeError(
    `Cannot ${doing}: ${called} is none of ${
      quoted.slice(0, -1).join(", ")
    } and ${quoted.at(-1)}`,
  );
}

/**
 * Checks the signal among options.
 *
 * @throws {TypeError} if it is none, or stands in place of the options
 */
export function checkSignal(
  options: { readonly signal?: unknown },
  doing: string,
): void {
  const { signal } = options;
  if (signal instanceof AbortSignal) return;
  if (signal !== undefined) {
    throw new TypeError(
      `Cannot ${doing}: signal is ${kindOfValue(signal)}, not an AbortSignal`,
    );
  }
  if (options instanceof AbortSignal) {
    refuseOptions("an AbortSignal", doing, "signal: …");
  }
}
