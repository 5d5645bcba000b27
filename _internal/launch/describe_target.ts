import { kindOfValue } from "../show_value.ts";
import { globalPathOf } from "./global_function.ts";
import { moduleTargetOf } from "./module_target.ts";
import { whereExported } from "./own_exports.ts";
import { formsOf, syntaxProblem } from "./parse_source.ts";
import { reachesOut } from "./reaches_out.ts";
import type { TargetDescription, TargetOf } from "./target.ts";

/**
 * Properties that functions are written into as they are passed. JavaScript
 * names such a function after the property: it has no name of its own.
 */
const PASSED_AS = new Set([
  "",
  "target",
  "initializer",
  "finalizer",
  "action",
]);

/**
 * Describes what a child is to run.
 *
 * @param target a function, or what `createModuleTarget()` returned
 * @param modules where the function may be exported from, most likely first
 * @param doing what it is for, as in "start Process-1", for messages
 * @param called what it is called there
 * @throws {TypeError} if the target is no function, or one whose source cannot
 * be sent
 */
export function describeFunction(
  target: unknown,
  modules: readonly string[],
  doing: string,
  called = "target",
): TargetDescription {
  const named = moduleTargetOf(target);
  if (named !== undefined) return { kind: "module", ...named };
  const fail = (problem: string): never => {
    throw new TypeError(`Cannot ${doing}: ${called} is ${problem}`);
  };
  if (typeof target !== "function") {
    return fail(`${kindOfValue(target)}; pass a function`);
  }
  const source = sourceOf(target);
  const path = globalPathOf(target, isNative(source));
  if (path !== undefined) {
    const call = `(...args) => ${path}(...args)`;
    return { kind: "inline", source: call, name: path, modules };
  }
  if (isNative(source)) return fail(nativeProblem(target.name));
  if (isClass(source)) {
    return fail(
      `the class ${target.name}; pass a function, or start a subclass by itself`,
    );
  }
  if (/^[gs]et\s+[^(=\s]/.test(source)) {
    return fail("a getter or setter; pass a function that uses it");
  }
  const { name } = target;
  const hasOwnName = !PASSED_AS.has(name) ||
    /^(?:async\s+)?function\b[\s*]*[^\s*(]/.test(source);
  const described = describeExport(target, modules);
  if (hasOwnName || described.exportedAs !== undefined) return described;
  // It may be exported by a module that is still being loaded, as `const target = …`; one
  // that gets along without a module is not to have it loaded.
  if (name !== "" && described.modules.length > 0 && reachesOut(source)) {
    return { ...described, isNamedByPlace: true };
  }
  const problem = inlineProblem(source);
  if (problem !== undefined) return fail(problem);
  return { kind: "inline", source, name, modules };
}

/**
 * Describes a function or a class that is likely to be exported.
 *
 * @param target the function or class
 * @param modules where it may be exported from, most likely first
 */
export function describeExport(
  target: { readonly name: string },
  modules: readonly string[],
): TargetOf<"export"> {
  const where = whereExported(target, modules);
  return {
    kind: "export",
    name: target.name || (where.exportedAs?.join(".") ?? ""),
    source: sourceOf(target),
    inlineAllowed: true,
    ...where,
  };
}

/**
 * Describes a subclass that a child is to find and run.
 *
 * @param constructor the class
 * @param modules where it may be exported from, most likely first
 * @param subject what is to be started, for messages
 * @throws {TypeError} if it is no class a child can find
 */
export function describeSubclass(
  constructor: { readonly name: string },
  modules: readonly string[],
  subject: string,
): TargetOf<"subclass"> {
  const source = sourceOf(constructor);
  const { name } = constructor;
  if (!isClass(source)) {
    throw new TypeError(
      `Cannot start ${subject}: its constructor is not a class`,
    );
  }
  if (name === "") {
    throw new TypeError(
      `Cannot start ${subject}: its class has no name; give it one and export it, so that the child can find it`,
    );
  }
  const where = whereExported(constructor, modules);
  return { kind: "subclass", name, source, ...where };
}

/** The source itself, whatever `toString` the function may have. */
export function sourceOf(target: unknown): string {
  return Function.prototype.toString.call(target);
}

function isNative(source: string): boolean {
  return /\{\s*\[native code\]\s*\}$/.test(source);
}

/** Whether a function is a class, by its source. */
export function isClass(source: string): boolean {
  return /^(?:class\b|@)/.test(source);
}

/**
 * Whether a function is a class that every program has, as `Map`: those that a program adds to
 * what is global can be enumerated.
 */
export function isClassOfRuntime(target: unknown): target is { name: string } {
  if (typeof target !== "function") return false;
  const { name, prototype } = target;
  if (Object(prototype) !== prototype) return false;
  const entry = Object.getOwnPropertyDescriptor(globalThis, name);
  return entry?.enumerable === false &&
    Reflect.get(globalThis, name) === target;
}

function nativeProblem(name: string): string {
  if (name.startsWith("bound ")) {
    return "a bound function, whose source cannot be sent; pass the function itself and its arguments in args";
  }
  const call = name || "f";
  return `the built-in function ${name}, whose source cannot be sent; pass a function that calls it: ` +
    `(...args) => ${call}(...args)`;
}

/** Why a source cannot run without its surroundings, as far as its form tells. */
function inlineProblem(source: string): string | undefined {
  const [expression, method] = formsOf(source);
  const asExpression = syntaxProblem(expression);
  if (asExpression === undefined) return undefined;
  if (asExpression.includes("import.meta")) {
    return "an inline function that uses import.meta, which it has no module for; export it and pass it by its name";
  }
  // A method without the word "function" is one only inside an object.
  const usesSuper = /\bsuper\s*[.[(]/.test(source);
  if (
    !usesSuper && !source.startsWith("[") &&
    syntaxProblem(method) === undefined
  ) {
    return undefined;
  }
  return `a function whose source does not stand on its own (${asExpression})` +
    `; pass a function that calls it`;
}
