import { assertEquals, assertThrows } from "@std/assert";
import { tokenize } from "../../scripts/tokenize.ts";

function texts(source: string): string[] {
  return tokenize(source).map((token) => token.text);
}

Deno.test("tokenize() leaves comments out and counts their lines", () => {
  assertEquals(tokenize("#!/bin/deno\na /* b\n */ c // d\n'e'"), [
    { kind: "word", text: "a", line: 2 },
    { kind: "word", text: "c", line: 3 },
    { kind: "string", text: "e", line: 4 },
  ]);
});

Deno.test("tokenize() takes strings whole, with escapes in them", () => {
  assertEquals(texts(String.raw`f("a\"b", 'c//d', "/* e")`), [
    "f",
    "(",
    String.raw`a\"b`,
    ",",
    "c//d",
    ",",
    "/* e",
    ")",
  ]);
});

Deno.test("tokenize() finds the code inside templates", () => {
  const kinds = tokenize("`a ${ f({ b: `${c}` }) } d` + e")
    .filter((token) => token.kind !== "mark")
    .map((token) => `${token.kind} ${token.text}`);
  assertEquals(kinds, [
    "template a ",
    "word f",
    "word b",
    "template ",
    "word c",
    "template ",
    "template  d",
    "word e",
  ]);
});

Deno.test("tokenize() tells regular expressions from divisions", () => {
  function regexps(source: string): string[] {
    return tokenize(source)
      .filter((token) => token.kind === "regexp")
      .map((token) => token.text);
  }
  assertEquals(regexps("f(/['\"`/]/g, /a\\/b/)"), ["/['\"`/]/g", "/a\\/b/"]);
  assertEquals(regexps("return /'/.test(a)"), ["/'/"]);
  assertEquals(regexps("if (!/'/.test(a)) b()"), ["/'/"]);
  assertEquals(regexps("a / b / c; (a) / b / c; a[0]! / 2 / 3"), []);
  assertEquals(regexps("a++ / 2 / b"), []);
});

Deno.test("tokenize() throws where a string or a template has no end", () => {
  assertThrows(() => tokenize('a\n"b\nc"'), SyntaxError, "line 2");
  assertThrows(() => tokenize("a\n\n`b"), SyntaxError, "line 3");
});
