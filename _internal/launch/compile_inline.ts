import { formsOf, relativeImport } from "./parse_source.ts";

/** Where the frames of inline targets say they are. */
export const INLINE_URL = "inline-target";

/**
 * Globals that a program calls its own variables by as a rule. An inline target that
 * names one means that variable, and must not get the name of its thread for it.
 */
export const LIKELY_VARIABLES = ["name", "closed", "close"];
const HIDDEN = new RegExp(
  `^Cannot access '(${LIKELY_VARIABLES.join("|")})' before initialization$`,
);

/**
 * Makes a function out of its source. It sees globals only, less those that are likely to
 * stand for something else, runs as strict code and has `this` undefined, as a function
 * of a module has.
 *
 * @param source the text of an arrow function, a function or a method
 * @throws {TypeError} if it does not stand on its own; says why
 */
export function compileInline(source: string): (...args: unknown[]) => unknown {
  const relative = relativeImport(source);
  if (relative !== undefined) {
    throw new TypeError(
      `Cannot run target inline: it imports "${relative}", and has no module for that to be relative to; ` +
        "use an absolute URL, or export the function",
    );
  }
  const [expression, method] = formsOf(source);
  try {
    return evaluate(expression);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return methodOf(method) ?? fail(error);
  }
}

/** A variable that an inline target has not got. */
export interface MissingVariable {
  readonly name: string;
  /** Whether there is a global of that name. */
  readonly isGlobal: boolean;
}

/**
 * Tells what an inline target has not got by the message of its error.
 *
 * @param source of the target, which may declare such a variable itself
 */
export function missingVariable(
  message: string,
  source: string,
): MissingVariable | undefined {
  const name = /^(\S+) is not defined$/.exec(message)?.[1];
  if (name !== undefined) return { name, isGlobal: false };
  const hidden = HIDDEN.exec(message)?.[1];
  if (hidden === undefined) return undefined;
  const isOwn = new RegExp(`\\b(?:let|const|class)\\b[^;]*\\b${hidden}\\b`);
  return isOwn.test(source) ? undefined : { name: hidden, isGlobal: true };
}

/** A method without the word `function` is one only inside an object. */
function methodOf(
  form: string,
): ((...args: unknown[]) => unknown) | undefined {
  try {
    return Object.values(
      evaluate<Record<string, () => unknown>>(form),
    )[0];
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function evaluate<Result = (...args: unknown[]) => unknown>(
  expression: string,
): Result {
  // Indirect, so that it sees nothing of this module. What is declared behind the
  // `return` never gets a value, so that to use it is an error.
  const code =
    `(function () { "use strict"; return ${expression}; let ${LIKELY_VARIABLES} })\n//# sourceURL=${INLINE_URL}`;
  return (0, eval)(code).call(undefined);
}

function fail(error: SyntaxError): never {
  const reason = error.message.includes("import.meta")
    ? "it uses import.meta, which only a module has; export the function"
    : `its source does not stand on its own (${error.message})`;
  throw new TypeError(`Cannot run target inline: ${reason}`, { cause: error });
}
