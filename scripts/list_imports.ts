import type { Token } from "./tokenize.ts";

/** A place where a module names another one. */
export interface Import {
  /** What stands between the quotes. */
  specifier: string;
  /** The line of the specifier. */
  line: number;
  /** `static` for `import` and `export … from`, type imports too; `dynamic` for `import("…")`. */
  kind: "static" | "dynamic";
}

/**
 * Lists the imports of a module: `import … from`, `export … from`, bare `import "…"`, `import("…")`
 * and `typeof import("…")`. A dynamic import whose argument is no plain string is left out.
 *
 * @param tokens The tokens of the module.
 */
export function listImports(tokens: Token[]): Import[] {
  const imports: Import[] = [];
  tokens.forEach((token, i) => {
    if (token.kind !== "string") return;
    const kind = kindBefore(tokens, i);
    if (kind) {
      imports.push({ specifier: token.text, line: token.line, kind });
    }
  });
  return imports;
}

function kindBefore(tokens: Token[], i: number): Import["kind"] | undefined {
  const before = tokens[i - 1];
  if (before?.kind === "mark" && before.text === "(") {
    return isWord(tokens[i - 2], "import") && !isProperty(tokens, i - 2)
      ? "dynamic"
      : undefined;
  }
  if (isWord(before, "import")) return "static";
  // In `import { from } from "x"` and `export * from "x"` alike, what precedes `from` is no value.
  return isWord(before, "from") && opensDeclaration(tokens, i - 2)
    ? "static"
    : undefined;
}

/** Whether the tokens up to `end` are `import …` or `export …` as far as `from`. */
function opensDeclaration(tokens: Token[], end: number): boolean {
  for (let i = end; i >= 0; i--) {
    const token = tokens[i]!;
    if (isWord(token, "import") || isWord(token, "export")) {
      return !isProperty(tokens, i);
    }
    const belongs = token.kind === "word" || token.kind === "string" ||
      token.kind === "mark" && "{},*".includes(token.text);
    if (!belongs) return false;
  }
  return false;
}

function isWord(token: Token | undefined, text: string): boolean {
  return token?.kind === "word" && token.text === text;
}

function isProperty(tokens: Token[], i: number): boolean {
  const before = tokens[i - 1];
  return before?.kind === "mark" && before.text === ".";
}
