import {
  checkArray,
  checkLimit,
  checkOption,
  checkOptions,
  checkSignal,
  checkTime,
  checkWhole,
  type LikelyOptions,
} from "../_internal/check.ts";
import { toldFunction } from "../_internal/lanes/mod.ts";
import { checkSurroundings } from "../_internal/launch/mod.ts";
import { LONGEST_TIMER } from "../_internal/parking/mod.ts";
import { kindOfValue } from "../_internal/show_value.ts";
import type { CrewOptions } from "./_crew.ts";
import type { Treatment } from "./_task.ts";
import type { PoolOptions, TaskPoolOptions } from "./pool_options.ts";
import type { MapOptions, StreamOptions, TaskOptions } from "./task_options.ts";

/** Most workers of a pool: other participants must find a place, too. */
const MOST_WORKERS = 1_000;

const LIKELY_OF_POOL = { function: "initializer" };
/** What stands last in Python's `apply_async`, and in the forms of `map`. */
const LIKELY_OF_ONE = { number: "timeout", function: "callback" };
const LIKELY_OF_MANY = { number: "chunkSize", function: "callback" };
const LIKELY_OF_STREAM = { number: "chunkSize" };

/**
 * Checks how many workers a pool is to have, and the options that would else be noticed
 * too late, or not at all.
 *
 * @param called what the workers are
 * @throws {TypeError} if the options are none, stand first, or are of the wrong kind
 * @throws {RangeError} if there cannot be so many workers
 */
export function checkPool(
  size: unknown,
  called: "processes" | "threads",
  options: PoolOptions,
): void {
  const doing = "create pool";
  checkOptions(options, doing, LIKELY_OF_POOL);
  checkSurroundings(options, doing);
  if (typeof size === "object") {
    throw new TypeError(
      `Cannot ${doing}: ${called} is ${
        kindOfValue(size)
      }, not a number; options come second`,
    );
  }
  checkWhole(size, called, doing, 1, MOST_WORKERS);
}

/** Checks what workers of a pool are told, and when others take their place. */
export function crewOptions(
  most: number,
  options: TaskPoolOptions,
): CrewOptions {
  const doing = "create pool";
  const {
    initializer,
    initArgs = [],
    finalizer,
    minProcesses = most,
    maxTasksPerChild = 0,
    memoryLimit = 0,
    name = "PoolWorker",
  } = options;
  checkOption(name, "string", "name", doing);
  checkArray(initArgs, "initArgs", doing);
  return {
    name,
    most,
    fewest: checkWhole(minProcesses, "minProcesses", doing, 0, most),
    idleTimeout: duration(options.idleTimeout, "idleTimeout"),
    maxTasksPerChild: checkLimit(maxTasksPerChild, "maxTasksPerChild", doing),
    memoryLimit: checkLimit(memoryLimit, "memoryLimit", doing),
    initializer: described(initializer, "initializer"),
    initArgs,
    finalizer: described(finalizer, "finalizer"),
  };
}

/** Checks how tasks are to be treated that do not say otherwise. */
export function defaultTreatment(
  { taskTimeout, retries = 0 }: TaskPoolOptions,
): Treatment {
  return {
    timeout: duration(taskTimeout, "taskTimeout"),
    signal: undefined,
    retries: checkWhole(retries, "retries", "create pool", 0),
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
      : checkWhole(retries, "retries", doing, 0),
    priority: priority === undefined
      ? 0
      : checkWhole(priority, "priority", doing),
  };
}

/**
 * Checks that who takes results one after the other is not to be called back with them:
 * a callback would never be called.
 *
 * @throws {TypeError} if somebody is
 */
export function checkNoCallbacks(
  options:
    & StreamOptions
    & Pick<MapOptions<never>, "callback" | "errorCallback">,
  doing: string,
): void {
  for (const name of ["callback", "errorCallback"] as const) {
    if (options[name] === undefined) continue;
    throw new TypeError(
      `Cannot ${doing}: ${name} is no option of it; take what it gives, or take map`,
    );
  }
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

function duration(
  value: number | undefined,
  name: string,
  doing = "create pool",
): number {
  if (value === undefined || value === Infinity) return 0;
  checkTime(value, name, doing);
  if (value >= 0) return Math.min(value, LONGEST_TIMER);
  throw new RangeError(
    `Cannot ${doing}: ${name} is ${value}, not a number of milliseconds`,
  );
}

function described(target: unknown, called: string) {
  return target === undefined
    ? undefined
    : toldFunction(target, "create pool", called).description;
}
