import { encode, type Encoded } from "../codec/mod.ts";
import {
  callingModules,
  describeFunction,
  type TargetDescription,
} from "../launch/mod.ts";

/** A function that workers have been told of, or will be. */
export interface ToldFunction {
  readonly id: number;
  readonly description: TargetDescription;
  /** The description, as workers are told of it. */
  readonly encoded: Encoded;
  /** What it is called in messages. */
  readonly name: string;
}

/** So many are remembered by what they are, to be told of once, however often made anew. */
const MOST_REMEMBERED = 1_000;

const known = new WeakMap<object, ToldFunction>();
/** By their sources, those without a name, which are found by nothing else. */
const nameless = new Map<string, ToldFunction>();
/** By their descriptions, as workers know no more of them. */
const described = new Map<string, ToldFunction>();
let count = 0;

/**
 * How workers find a function. Only the first time that a function is met is its
 * source looked at and the stack for its module.
 *
 * @param doing what it is for, as in "apply"
 * @param called what it is called there
 * @throws {TypeError} if it is no function, or one whose source cannot be sent
 */
export function toldFunction(
  target: unknown,
  doing: string,
  called = "the function",
): ToldFunction {
  const met = known.get(target as object);
  if (met !== undefined) return met;
  const source = sourceOfNameless(target);
  const same = source === undefined ? undefined : nameless.get(source);
  if (same !== undefined) return same;
  const description = describeFunction(
    target,
    callingModules(),
    doing,
    called,
  );
  const told = tellOf(description);
  known.set(target as object, told);
  if (source !== undefined && description.kind === "inline") {
    remember(nameless, source, told);
  }
  return told;
}

/** Stands for a function that somebody else has described. */
export function describedTarget(description: TargetDescription): object {
  const target = Object.freeze({});
  known.set(target, tellOf(description));
  return target;
}

function tellOf(description: TargetDescription): ToldFunction {
  const key = JSON.stringify(description);
  let told = described.get(key);
  if (told === undefined) {
    told = {
      id: ++count,
      description,
      encoded: encode(description, { root: "function" }).snapshot(),
      name: description.name || "an inline function",
    };
    remember(described, key, told);
  }
  return told;
}

function remember(
  functions: Map<string, ToldFunction>,
  key: string,
  told: ToldFunction,
): void {
  if (functions.size === MOST_REMEMBERED) functions.clear();
  functions.set(key, told);
}

/** The source of a function that is written where it is passed: made anew each time. */
function sourceOfNameless(target: unknown): string | undefined {
  return typeof target === "function" && target.name === ""
    ? Function.prototype.toString.call(target)
    : undefined;
}
