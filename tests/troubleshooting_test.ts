// Each heading of `docs/troubleshooting.md` that is a message is one that the library has: it can be
// put together out of the texts of its sources, with words such as `Process-1` where they have a
// value.

import { assert, assertEquals } from "@std/assert";
import ts from "typescript";
import { listLibraryModules } from "../scripts/library_modules.ts";
import { ROOT } from "../scripts/std_source.ts";

/** What the runtime and the system say. */
const FOREIGN = [
  'Import "@parallel/multiprocessing" not a dependency',
  "p.norm is not a function",
  "error: Top-level await promise never resolved",
  "Too many open files (os error 24)",
  "Connection refused (os error 111)",
];

/** A text of the sources: what stands before, between and after its values. */
type Text = readonly string[];

/** What stands for a value in a text; no text has it. */
const VALUE = "\0";
const WORD_OR_PAUSE = /[a-z]{2}|\ba\b|^[:;,] $/i;
const HEADING = /^### `([^`]+)`/gm;

/** The texts that stand in a source, each of one line. */
function textsOf(source: string): Text[] {
  const texts: Text[] = [];
  const visit = (node: ts.Node): void => {
    texts.push(...linesOf(textOf(node)));
    // Values have texts, too.
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("a.ts", source, ts.ScriptTarget.Latest));
  // Of what has no words, everything could be put together.
  return texts.filter((text) => WORD_OR_PAUSE.test(text.join("")));
}

function textOf(node: ts.Node): Text {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
    return [node.text];
  }
  if (ts.isTemplateExpression(node)) {
    return [node.head.text, ...node.templateSpans.map((it) => it.literal.text)];
  }
  if (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.PlusToken
  ) {
    const [left, right] = [textOf(node.left), textOf(node.right)];
    return [...left.slice(0, -1), left.at(-1)! + right[0], ...right.slice(1)];
  }
  if (
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    node.expression.name.text === "join"
  ) {
    const [separator] = node.arguments;
    if (separator && ts.isStringLiteral(separator)) {
      return ["", separator.text, ""];
    }
  }
  return ["", ""];
}

/** The lines of a text; who throws an error says its name before its message. */
function linesOf(text: Text): Text[] {
  return text.join(VALUE).split("\n")
    .map((line) => line.replace(/^Error: /, "").split(VALUE));
}

/** Whether a message, or what begins as it does up to `…`, can be put together out of texts. */
function canBeSaid(message: string, texts: readonly Text[]): boolean {
  const isOpen = message.endsWith("…");
  const whole = message.replace(/ ?…$/, "");
  const mayFit = (literal: string) =>
    whole.includes(literal) || isOpen && literal.includes(whole.slice(-8));
  const fitting = texts.filter((text) =>
    isOpen ? mayFit(text.find((it) => it !== "")!) : text.every(mayFit)
  );
  return new Composer(fitting).canSay(whole, isOpen);
}

/** Puts a message together. */
class Composer {
  readonly #texts: readonly Text[];
  readonly #known = new Map<string, boolean>();

  constructor(texts: readonly Text[]) {
    this.#texts = texts;
  }

  /** Whether a part of it is a value, or a text whose values are parts again. */
  canSay(part: string, isOpen = false): boolean {
    if (!part.includes(" ")) return true;
    const key = isOpen ? `${part}…` : part;
    let isSaid = this.#known.get(key);
    if (isSaid === undefined) {
      // A text that begins with a value has all of a part in that: it adds nothing.
      this.#known.set(key, false);
      isSaid = this.#texts.some((text) => this.#fits(text, part, isOpen));
      this.#known.set(key, isSaid);
    }
    return isSaid;
  }

  /** What has been said of a text before tells whether it may end here, if it may anywhere. */
  #fits(
    [first, ...rest]: Text,
    part: string,
    isOpen: boolean,
    before = "",
  ): boolean {
    if (isOpen && first.startsWith(part)) {
      return WORD_OR_PAUSE.test(before + part);
    }
    if (!part.startsWith(first)) return false;
    const left = part.slice(first.length);
    if (rest.length === 0) return left === "";
    const said = before + first;
    const isLast = rest.length === 1 && rest[0] === "";
    const mayEnd = isLast || isOpen && WORD_OR_PAUSE.test(said);
    if (mayEnd && this.canSay(left, isOpen)) return true;
    const [next] = rest;
    for (let end = 1; end <= left.length; end++) {
      const isNext = next === ""
        ? end === left.length || /[ :;,]/.test(left[end])
        : left.startsWith(next, end) ||
          isOpen && next.startsWith(left.slice(end));
      if (
        isNext && this.canSay(left.slice(0, end)) &&
        this.#fits(rest, left.slice(end), isOpen, said)
      ) return true;
    }
    return false;
  }
}

/** The headings of a page that are messages. */
function messagesOf(page: string): string[] {
  return Array.from(page.matchAll(HEADING), ([, message]) => message);
}

Deno.test("docs/troubleshooting.md has messages that the library has", async () => {
  const sources = await listLibraryModules();
  const texts = sources.flatMap((path) =>
    textsOf(Deno.readTextFileSync(new URL(path, ROOT)))
  );
  const page = Deno.readTextFileSync(
    new URL("docs/troubleshooting.md", ROOT),
  );
  const messages = messagesOf(page);
  assert(messages.length > 50);
  assertEquals(
    messages.filter((message) => {
      const own = FOREIGN.reduce(
        (text, foreign) => text.replace(foreign, "foreign"),
        message,
      );
      return !canBeSaid(own, texts);
    }),
    [],
  );
});

Deno.test("messages are put together out of the texts of sources", () => {
  const texts = textsOf([
    "throw new Error(`Cannot ${doing} queue: ${why}; ` + 'put less, or more');",
    'const why = isFull ? "it is full" : `it has ${n} items`;',
  ].join("\n"));
  for (const why of ["it is full", "it has 3 items", "reasons"]) {
    const message = `Cannot clear queue: ${why}; put less, or more`;
    assert(canBeSaid(message, texts), message);
  }
  assert(canBeSaid("Cannot clear queue: it is full; put …", texts));
  for (
    const message of [
      "Cannot clear queue: it is empty; put less, or more",
      "Cannot clear queue: it is full; put less",
      "Cannot clear queue: it is full; take …",
      "Cannot really clear queue: it is full; put less, or more",
    ]
  ) assert(!canBeSaid(message, texts), message);
});
