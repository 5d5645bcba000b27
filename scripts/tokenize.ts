/** A piece of source code. Comments and blanks are no tokens. */
export interface Token {
  /** `word` is a name, a keyword or a number; `mark` is one character of punctuation. */
  kind: "word" | "string" | "template" | "regexp" | "mark";
  /** The source text; of a string the characters between its quotes. */
  text: string;
  /** The line it begins on, the first being 1. */
  line: number;
}

// After these a slash begins a regular expression; after any other word it divides.
const WORDS_BEFORE_REGEXP = new Set([
  "await",
  "case",
  "delete",
  "do",
  "else",
  "in",
  "instanceof",
  "new",
  "of",
  "return",
  "throw",
  "typeof",
  "void",
  "yield",
]);

const BLANK = /\s+/y;
const WORD = /[\p{ID_Continue}$#@]+/uy;
const LINE_COMMENT = /\/\/.*/y;
const BLOCK_COMMENT = /\/\*[\s\S]*?\*\//y;
const STRING = /"((?:[^"\\\n]|\\[\s\S])*)"|'((?:[^'\\\n]|\\[\s\S])*)'/y;
const REGEXP = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
// A part of a template: up to its end or to the next substitution.
const TEMPLATE_PART = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(`|\$\{)/y;

/**
 * Cuts TypeScript into tokens, well enough to find names and imports in it without a compiler.
 * Whether a slash divides is told from the token before it.
 *
 * @param source The text of a module.
 * @throws {SyntaxError} If a string or a template has no end. The message names the line.
 */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  // For each template that is open around this place: the braces open inside its substitution.
  const openTemplates: number[] = [];
  let at = source.startsWith("#!") ? source.indexOf("\n") : 0;
  let line = 1;

  function take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match) {
      at += match[0].length;
      for (const character of match[0]) if (character === "\n") line++;
    }
    return match;
  }

  function takeTemplatePart(startLine: number): void {
    const start = at;
    const match = take(TEMPLATE_PART);
    if (!match) throw new SyntaxError(`line ${startLine}: template has no end`);
    const text = source.slice(start, at - match[1]!.length);
    tokens.push({ kind: "template", text, line: startLine });
    if (match[1] === "${") openTemplates.push(0);
  }

  while (at >= 0 && at < source.length) {
    const startLine = line;
    if (take(BLANK) || take(LINE_COMMENT) || take(BLOCK_COMMENT)) continue;
    const word = take(WORD);
    if (word) {
      tokens.push({ kind: "word", text: word[0], line: startLine });
      continue;
    }
    const string = take(STRING);
    if (string) {
      const text = string[1] ?? string[2]!;
      tokens.push({ kind: "string", text, line: startLine });
      continue;
    }
    const mark = source[at]!;
    if (mark === '"' || mark === "'") {
      throw new SyntaxError(`line ${line}: string has no end`);
    }
    const regexp = mark === "/" && !endsValue(tokens) && take(REGEXP);
    if (regexp) {
      tokens.push({ kind: "regexp", text: regexp[0], line: startLine });
      continue;
    }
    at++;
    if (mark === "`") {
      takeTemplatePart(startLine);
      continue;
    }
    if (openTemplates.length > 0 && (mark === "{" || mark === "}")) {
      const depth = openTemplates.pop()!;
      if (mark === "}" && depth === 0) {
        takeTemplatePart(startLine);
        continue;
      }
      openTemplates.push(depth + (mark === "{" ? 1 : -1));
    }
    tokens.push({ kind: "mark", text: mark, line: startLine });
  }
  return tokens;
}

function endsValue(tokens: Token[]): boolean {
  const last = tokens.at(-1);
  if (last === undefined) return false;
  if (last.kind === "word") return !WORDS_BEFORE_REGEXP.has(last.text);
  if (last.kind !== "mark") return true;
  switch (last.text) {
    case ")":
    case "]":
    case "}":
      return true;
    case "!": // `a[0]! / 2`, but `!/x/.test(a)`
      return endsValue(tokens.slice(-3, -1));
    case "+":
    case "-": { // `a++ / 2`
      const before = tokens.at(-2);
      return before?.kind === "mark" && before.text === last.text;
    }
    default:
      return false;
  }
}
