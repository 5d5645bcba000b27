import { assertEquals } from "@std/assert";
import { reachesOut } from "../../../_internal/launch/reaches_out.ts";

// By their sources: a formatter or a compiler would write some of them otherwise.

const ALONE = [
  "x => x * x",
  "async (a, { b, c: d = 2, ...r }, [e, , f]) => { await a(b, d, r, e, f); }",
  "() => console.log('hello FACTOR', \"FACTOR\", `FACTOR ${1}`) /* FACTOR */",
  "s => s.replace(/FACTOR g/g, '')",
  "function (n) { let a = 1, q = n; const { z, w: [v] } = a; return z + v + q; }",
  "() => { for (const i of [1]) for (let j = 0; j < i; j++) console.log(j); }",
  "() => { try { throw new Error('x'); } catch (err) { return err; } }",
  "() => { function inner(u) { return u ? inner(u - 1) : 0; } return inner(2); }",
  "() => class Own { f = 1; #p = 2; get g() { return this.#p + new Own().f; } }",
  "() => ({ FACTOR: 3, if: 2 }).FACTOR?.FACTOR",
  "async () => { await (Promise.resolve()); await import('node:os'); }",
  "function* () { const more = yield* [2]; return more; }",
  "() => { outer: for (;;) for (;;) break outer; }",
  "({ FACTOR }) => FACTOR",
  "target(x) { return x; }",
  "async target(x) { return await x; }",
  "function () { return arguments.length + Deno.pid; }",
  "() => 'import.meta' /* import.meta, import('./work.ts') */",
  "() => \"import('./work.ts')\"",
  "import(name) { return `import ('${name}')`; }",
];
const REACHING = [
  "n => n * FACTOR",
  "target(n) { return n * FACTOR; }",
  "() => { count++; }",
  "() => { ({ count } = { count: 1 }); }",
  "x => x instanceof Own",
  "() => ({ FACTOR })",
  "() => `${`${FACTOR}`}`",
  "n => n ? 1 : FACTOR",
  "f => f(1, FACTOR, 2)",
  "() => [...all]",
  "(n = FACTOR) => n",
  "async () => { await FACTOR; }",
  // Of the thread that runs it, but of no inline function.
  "() => name",
  "() => import.meta.url",
  "() => import('./work.ts')",
  "() => /* import('./a.ts') */ import('./work.ts')",
  "target() { return import.meta.url; }",
  "async target() { await import ( `./work.ts` ); }",
  // Imported from this library, as a rule.
  "() => new Event()",
  "() => typeof FACTOR === 'number' ? FACTOR : 0",
  // Too long for the parser to be asked.
  `() => "${"long ".repeat(2000)}"`,
];

Deno.test("reachesOut() finds what a function does not declare", () => {
  const reaching = [...ALONE, ...REACHING].filter(reachesOut);
  assertEquals(reaching, REACHING);
});

Deno.test("reachesOut() takes what is no source to run alone for none that reaches out", () => {
  assertEquals(reachesOut("() => { FACTOR"), false);
  assertEquals(reachesOut("[FACTOR]() { #"), false);
});

Deno.test("reachesOut() says the same again, however many others were asked for", () => {
  for (let round = 0; round < 2; round++) {
    for (let at = 0; at < 150; at++) {
      assertEquals(reachesOut(`n => n + ${at}`), false);
      assertEquals(reachesOut(`n => n + FACTOR + ${at}`), true);
    }
  }
});
