import { LIKELY_VARIABLES } from "./compile_inline.ts";

/** Identifiers, but not those behind a dot or a `#`, nor what stands before a colon. */
const IDENTIFIER =
  /(?<![\p{ID_Continue}$#]|(?<!\.\.)\.)[\p{ID_Start}$_][\p{ID_Continue}$]*(?![\p{ID_Continue}$]|\s*:)/gu;
/** What needs a module that it is relative to. */
const OF_ITS_MODULE = /\bimport\s*(?:\.\s*meta\b|\(\s*["'`]\.{0,2}\/)/;

/**
 * Whether a function seems to need the module that it is from: a variable that it does not
 * declare and that is not global, or `import.meta`. What it declares anywhere is
 * taken for declared everywhere.
 *
 * @param source the text of an arrow function, a function or a method
 */
export function reachesOut(source: string): boolean {
  if (OF_ITS_MODULE.test(source)) return true;
  const standsAlone = [`(${source}\n)`, `({${source}\n})`].find(compiles);
  if (standsAlone === undefined) return false;
  const names = new Set(standsAlone.match(IDENTIFIER));
  return [...names].some((name) =>
    !isGlobal(name) && isFreeIn(standsAlone, name)
  );
}

function isGlobal(name: string): boolean {
  return name in globalThis && !LIKELY_VARIABLES.includes(name);
}

/** Asks the parser: a member can be written for a variable, but not for what declares one. */
function isFreeIn(source: string, name: string): boolean {
  // A reserved word, or one wherever it is used.
  if (name === "await" || !compiles(`let ${name}`)) return false;
  const replaced = (by: string) =>
    compiles(
      source.replace(IDENTIFIER, (found) => found === name ? by : found),
    );
  // Else it stands in texts only.
  if (replaced("@")) return false;
  return replaced("eval.x") || replaced(`${name}: eval.x`);
}

function compiles(code: string): boolean {
  try {
    new Function(`"use strict"; ${code}`);
    return true;
  } catch (error) {
    // Not a syntax error: this program may not compile at all.
    return !(error instanceof SyntaxError);
  }
}
