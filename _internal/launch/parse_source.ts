const RELATIVE_IMPORT = /\bimport\s*\(\s*["'`](\.{0,2}\/[^"'`]*)/g;

/**
 * What the parser has against code, if anything; the code does not run.
 *
 * @param code statements of strict code
 */
export function syntaxProblem(code: string): string | undefined {
  try {
    new Function(`"use strict"; ${code}`);
    return undefined;
  } catch (error) {
    // Not a syntax error: this program may not compile at all, its child may.
    return error instanceof SyntaxError ? error.message : undefined;
  }
}

/** What the source of a function is by itself: an expression, or a method of an object. */
export function formsOf(
  source: string,
): readonly [expression: string, method: string] {
  return [`(${source}\n)`, `({${source}\n})`];
}

/** What a function imports relative to its module, if anything. */
export function relativeImport(source: string): string | undefined {
  for (const { index, 1: specifier } of source.matchAll(RELATIVE_IMPORT)) {
    // In a text or a comment, anything may stand instead.
    const other = source.slice(0, index) +
      source.slice(index).replace("import", "@");
    if (formsOf(other).every((form) => syntaxProblem(form) !== undefined)) {
      return specifier;
    }
  }
  return undefined;
}
