import { knowLoaded } from "./own_exports.ts";
import { mainModule, ownRecord } from "./self.ts";

/**
 * The parts of this library, in its sources or as it is published; its tests and
 * examples are programs like others.
 */
const LIBRARY =
  /^(?:(?:process|queue|pipe|sync|pool|manager|_internal)\/|mod\.ts$|[\w-]+\.js$)/;
const ROOT = new URL("../../", import.meta.url).href;

/** Enough for a call through a deep recursion to be found. */
const MAX_FRAMES = 200;
/** Enough for any stack that has room for a call. */
const ALL_FRAMES = 100_000;

/** Modules that Deno makes up: `deno eval`, `deno test --doc` and their like. */
const MADE_UP = /\/\$deno\$[^/]*$|[#$]\d+-\d+\.[a-z]+$/;

/** What V8 tells of one frame. */
interface Frame {
  /** The URL of its module; Deno's `getFileName()` is a path for local ones. */
  getScriptNameOrSourceURL(): string | null | undefined;
  getFunctionName(): string | null;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
}

/**
 * The modules the caller may have its functions from: those with a frame on the
 * stack, nearest first, then the main module. Frames of this library and code
 * without a module of its own (`eval`, `data:`, `deno eval`) are left out. What
 * they export is known soon after.
 *
 * @returns absolute URLs, each once
 */
export function callingModules(): readonly string[] {
  const modules = new Set<string>();
  for (const frame of frames()) {
    const module = moduleOf(frame.getScriptNameOrSourceURL());
    if (module !== undefined) modules.add(module);
  }
  const main = moduleOf(mainModule());
  // A child need not have loaded it.
  if (main !== undefined && ownRecord() === undefined) modules.add(main);
  for (const url of modules) knowLoaded(url);
  if (main !== undefined) modules.add(main);
  return [...modules];
}

/** Where the caller of this library is: `file:///main.ts:7:3`, if that is known. */
export function callingPlace(): string | undefined {
  for (const frame of frames()) {
    const module = moduleOf(frame.getScriptNameOrSourceURL());
    if (module === undefined) continue;
    return `${module}:${frame.getLineNumber()}:${frame.getColumnNumber()}`;
  }
  return undefined;
}

/**
 * Whether a function of that name has called us, or awaits what has; also where that is
 * not to be known, as the program has locked `Error` up.
 */
export function mayBeCalledBy(name: string): boolean {
  const all = frames(ALL_FRAMES);
  return all.length === 0 ||
    all.some((frame) => frame.getFunctionName() === name);
}

function moduleOf(url: string | null | undefined): string | undefined {
  if (!url || !/^(?:file|https?):/.test(url) || MADE_UP.test(url)) {
    return undefined;
  }
  return url.startsWith(ROOT) && LIBRARY.test(url.slice(ROOT.length))
    ? undefined
    : url;
}

/** The frames of the stack; none if the program has locked `Error` up. */
function frames(limit = MAX_FRAMES): readonly Frame[] {
  const prepare = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");
  const previous = Object.getOwnPropertyDescriptor(Error, "stackTraceLimit");
  let found: readonly Frame[] = [];
  replace("stackTraceLimit", limit);
  replace("prepareStackTrace", (_error: unknown, frames: readonly Frame[]) => {
    found = frames;
  });
  try {
    void new Error().stack;
    return found;
  } finally {
    restore("prepareStackTrace", prepare);
    restore("stackTraceLimit", previous);
  }
}

function replace(key: string, value: unknown): void {
  Reflect.defineProperty(Error, key, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  });
}

function restore(
  key: string,
  descriptor: PropertyDescriptor | undefined,
): void {
  if (descriptor === undefined) Reflect.deleteProperty(Error, key);
  else Reflect.defineProperty(Error, key, descriptor);
}
