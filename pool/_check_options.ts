import {
  checkArray,
  checkOption,
  checkOptions,
  checkSignal,
  kindOfValue,
  type LikelyOptions,
} from "../_internal/check.ts";
import { toldFunction } from "../_internal/lanes/mod.ts";
import { checkSurroundings } from "../_internal/launch/mod.ts";
import { LONGEST_TIMER } from "../_internal/parking/mod.ts";
import type { CrewOptions } from "./_crew.ts";
import type { Treatment } from "./_task.ts";
import type { PoolOptions, TaskPoolOptions } from "./pool_options.ts";
import type { MapOptions, TaskOptions } from "./task_options.ts";

/** Most workers of a pool: other participants must find a place, too. */
const MOST_WORKERS = 1_000;

const LIKELY_OF_POOL = { function: "initializer" };
/** What stands last in Python's `apply_async`, and in the forms of `map`. */
const LIKELY_OF_ONE = { number: "timeout", function: "callback" };
const LIKELY_OF_MANY = { number: "chunkSize", function: "callback" };
const LIKELY_OF_STREAM = { number: "chunkSize" };

/**
 * Checks the options of a pool that would else be noticed too late, or not at all.
 *
 * @throws {TypeError} if they are none, stand first, or are of the wrong kind
 */
export function checkPool(processes: unknown, options: PoolOptions): void {
  const doing = "create pool";
  checkOptions(options, doing, LIKELY_OF_POOL);
  checkSurroundings(options, doing);
  if (typeof processes !== "object") return;
  throw new TypeError(
    `Cannot ${doing}: processes is ${
      kindOfValue(processes)
    }, not a number; options come second`,
  );
}

/** Checks how many workers a pool is to have, and what they are told. */
export function crewOptions(
  processes: number,
  options: TaskPoolOptions,
): CrewOptions {
  const most = whole(processes, "processes", 1, MOST_WORKERS);
  const { initializer, finalizer, minProcesses = most, name = "PoolWorker" } =
    options;
  checkOption(name, "string", "name", "create pool");
  const { initArgs = [] } = options;
  checkArray(initArgs, "initArgs", "create pool");
  return {
    name,
    most,
    fewest: whole(minProcesses, "minProcesses", 0, most),
    idleTimeout: duration(options.idleTimeout, "idleTimeout"),
    maxTasksPerChild: whole(options.maxTasksPerChild ?? 0, "maxTasksPerChild"),
    memoryLimit: whole(options.memoryLimit ?? 0, "memoryLimit"),
    initializer: described(initializer),
    initArgs,
    finalizer: described(finalizer),
  };
}

/** Checks how tasks are to be treated that do not say otherwise. */
export function defaultTreatment(options: TaskPoolOptions): Treatment {
  return {
    timeout: duration(options.taskTimeout, "taskTimeout"),
    signal: undefined,
    retries: whole(options.retries ?? 0, "retries"),
    priority: 0,
  };
}

/** Checks how a task is to be treated. */
export function treatmentOf(
  options: TaskOptions | undefined,
  defaults: Treatment,
  doing: string,
): Treatment {
  if (options === undefined) return defaults;
  checkTask(options, doing);
  const { timeout, signal, retries, priority } = options;
  if (
    timeout === undefined && signal === undefined && retries === undefined &&
    priority === undefined
  ) return defaults;
  return {
    timeout: timeout === undefined
      ? defaults.timeout
      : duration(timeout, "timeout", doing),
    signal,
    retries: retries === undefined
      ? defaults.retries
      : whole(retries, "retries", 0, Number.MAX_SAFE_INTEGER, doing),
    priority: priority === undefined ? 0 : whole(
      priority,
      "priority",
      Number.MIN_SAFE_INTEGER,
      Number.MAX_SAFE_INTEGER,
      doing,
    ),
  };
}

/** Checks the options of a task that are no numbers. */
function checkTask(options: MapOptions<never>, doing: string): void {
  checkOptions(options, doing, likelyOf(doing));
  const { callback, errorCallback, progress } = options;
  checkOption(callback, "function", "callback", doing);
  checkOption(errorCallback, "function", "errorCallback", doing);
  checkSignal(options, doing);
  if (typeof progress === "function") return;
  checkOption(progress, "boolean", "progress", doing);
}

function likelyOf(doing: string): LikelyOptions {
  if (doing === "apply") return LIKELY_OF_ONE;
  return doing.startsWith("imap") ? LIKELY_OF_STREAM : LIKELY_OF_MANY;
}

/**
 * Checks a whole number.
 *
 * @throws {TypeError} if it is not a number
 * @throws {RangeError} if it is not whole, or out of range
 */
export function whole(
  value: number,
  name: string,
  least = 0,
  most: number = Number.MAX_SAFE_INTEGER,
  doing = "create pool",
): number {
  checkOption(value, "number", name, doing);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER
    ? least === Number.MIN_SAFE_INTEGER ? "" : ` of at least ${least}`
    : ` from ${least} to ${most}`;
  throw new RangeError(
    `Cannot ${doing}: ${name} is ${value}, not a whole number${range}`,
  );
}

function duration(
  value: number | undefined,
  name: string,
  doing = "create pool",
): number {
  if (value === undefined || value === Infinity) return 0;
  checkOption(value, "number", name, doing);
  if (value >= 0) return Math.min(value, LONGEST_TIMER);
  throw new RangeError(
    `Cannot ${doing}: ${name} is ${value}, not a number of milliseconds`,
  );
}

function described(target: unknown) {
  return target === undefined
    ? undefined
    : toldFunction(target, "create pool").description;
}
