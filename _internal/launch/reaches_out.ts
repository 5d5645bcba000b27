import { LIKELY_VARIABLES } from "./compile_inline.ts";
import { formsOf, relativeImport, syntaxProblem } from "./parse_source.ts";

/** Identifiers, but not those behind a dot or a `#`, nor what stands before a colon. */
const IDENTIFIER =
  /(?<![\p{ID_Continue}$#]|(?<!\.\.)\.)[\p{ID_Start}$_][\p{ID_Continue}$]*(?![\p{ID_Continue}$]|\s*:)/gu;
/** Globals that this library has a class beside: who imports that means it. */
const ALSO_OURS = ["Event"];
/** In characters: each name costs some runs of the parser over all of them. */
const LONGEST = 8192;
const MOST_KNOWN = 100;

/** By source: what starts many children describes the same again. */
const known = new Map<string, boolean>();

/**
 * Whether a function seems to need the module that it is from: a variable that it does not
 * declare and that is not global, or `import.meta`. What it declares anywhere is
 * taken for declared everywhere, and what is long for a part of its module.
 *
 * @param source the text of an arrow function, a function or a method
 */
export function reachesOut(source: string): boolean {
  if (source.length > LONGEST) return true;
  let answer = known.get(source);
  if (answer === undefined) {
    answer = looksAround(source);
    if (known.size === MOST_KNOWN) known.clear();
    known.set(source, answer);
  }
  return answer;
}

function looksAround(source: string): boolean {
  if (relativeImport(source) !== undefined) return true;
  const forms = formsOf(source);
  const problems = forms.map(syntaxProblem);
  if (problems.some((it) => it?.includes("import.meta"))) return true;
  const standsAlone = forms.find((_, at) => problems[at] === undefined);
  if (standsAlone === undefined) return false;
  const names = new Set(standsAlone.match(IDENTIFIER));
  return [...names].some((name) =>
    !isGlobal(name) && isFreeIn(standsAlone, name)
  );
}

function isGlobal(name: string): boolean {
  return name in globalThis &&
    !LIKELY_VARIABLES.includes(name) && !ALSO_OURS.includes(name);
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
  return syntaxProblem(code) === undefined;
}
