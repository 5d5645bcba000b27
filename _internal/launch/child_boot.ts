import { knowModule } from "../codec/remote_errors.ts";
import type { HubOffer } from "../hub/mod.ts";
import { type Boot, type BootRecord, readBoot } from "./boot_record.ts";
import { CODEC_DOOR, HANDLES_DOOR, HUB_DOOR, LOG_DOOR } from "./doors.ts";
import { ownFrames } from "./own_frames.ts";
import {
  calledBy,
  explainReferenceError,
  type ResolvedTarget,
  resolveSubclass,
  resolveTarget,
} from "./resolve_target.ts";
import { becomeChild, importGuarded, importsDone, ownName } from "./self.ts";
import type { TargetDescription } from "./target.ts";
import { trimStack } from "./trim_stack.ts";

type Codec = typeof import("../codec/mod.ts");
type Handles = typeof import("../handles/mod.ts");
type Hub = {
  joinHub(
    offer: HubOffer,
    tell: (hasEnded: () => boolean) => void,
  ): Promise<void>;
};
type Log = typeof import("../log.ts");

/** Imports a module by its URL. */
export type Importer = (url: string) => Promise<Record<string, unknown>>;

/**
 * Makes the object whose `run` overrides that of its base class, which calls
 * the target with the arguments.
 */
export type Construct = (
  subclass: new (...args: never[]) => unknown,
  fields: object,
  work: { readonly target: ResolvedTarget["call"]; readonly args: unknown[] },
) => Promise<{ run(): unknown }>;

let importer: Importer = (url) => import(url);

/**
 * Imports a module and makes what it exports known. One that this isolate was
 * started with needs no permission.
 */
export async function importKnown(
  url: string,
): Promise<Record<string, unknown>> {
  const module = await importGuarded(url, importer);
  knowModule(url, module);
  return module;
}

/** Whether the hub that this isolate asks has ended, as it does with its program. */
export let hasHubEnded = (): boolean => false;

/** Runs in a new isolate what it was started for. */
export async function runBoot(
  { record, args, fields }: Boot<Uint8Array>,
  importModule: Importer,
  construct: Construct,
): Promise<void> {
  const { kind, target, hub } = record;
  importer = importModule;
  const isFromHub = kind === "process" && hub !== undefined;
  if (record.log !== undefined) await beginLog(record, importModule);
  if (hub !== undefined) {
    const { joinHub } = await importModule(HUB_DOOR) as Hub;
    await joinHub(hub, (hasEnded) => hasHubEnded = hasEnded);
  }
  const decoded = <T>(bytes: Uint8Array, nothing: T) =>
    decodeLoading(bytes, importModule, isFromHub, nothing);
  const subclass = target.kind === "subclass"
    ? await resolveSubclass(target, importKnown)
    : undefined;
  const called = calledBy(target);
  const call = called === undefined
    ? () => {}
    : (await resolveTarget(called, importKnown)).call;
  const own = subclass && await decoded<object>(fields, {});
  const values = await decoded<unknown[]>(args, []);
  const object = subclass &&
    await construct(subclass, own ?? {}, { target: call, args: values });
  importsDone();
  try {
    await (object === undefined ? call(...values) : object.run());
  } catch (error) {
    throw explainReferenceError(error, target);
  }
}

/** Logs that this isolate begins, and how it ends by itself. */
async function beginLog(
  { log: level, kind, target }: BootRecord,
  importModule: Importer,
): Promise<void> {
  try {
    const { logToStderr, nameLog } = await importModule(LOG_DOOR) as Log;
    nameLog(ownName, true);
    const log = logToStderr(level);
    log.info(`begins to run ${nameTarget(target)}`);
    if (kind === "thread") return;
    addEventListener("unload", () => {
      log.info(`ends with exit code ${Deno.exitCode}`);
    });
  } catch {
    // A thread that may not read the module does its work without.
  }
}

function nameTarget(target: TargetDescription): string {
  const name = target.name || "a function";
  return target.kind === "module" ? `${name} of ${target.module}` : name;
}

/** Reads a boot, and notes who this isolate is. */
export function beginBoot(bytes: Uint8Array): Boot<Uint8Array> {
  const told = readBoot(bytes);
  becomeChild(told.record);
  return told;
}

/** Prints an error that nobody has caught, in one piece. Throws nothing, or it would be called for that. */
export function report(
  kind: "Process" | "Thread",
  { name, target }: BootRecord,
  error: unknown,
): void {
  let text: string;
  try {
    text = describeUncaught(error, target);
  } catch {
    text = "Uncaught error: it throws when it is looked at";
  }
  try {
    console.error(`${kind} ${name}:\n${text}`);
  } catch {
    // It cannot be written, as on a full disk.
  }
}

function describeUncaught(error: unknown, target: TargetDescription): string {
  // Thrown in a callback, it has not come by who has called the target.
  explainReferenceError(error, target);
  const colors = !Deno.noColor && Deno.stderr.isTerminal();
  const own = ownFrames("process|_internal/launch");
  trimStack(error, own);
  // Of an error that has no other frames the runtime would make one word.
  const text = Deno.inspect(error, { colors }).replace(own, "$1");
  return `${error instanceof Error ? "" : "Uncaught "}${text}`;
}

/**
 * Calls `end` with what nobody has caught: no `catch`, and no listener of the
 * program's own that prevents what the runtime does about it.
 */
export function onUncaught(end: (error: unknown) => void): void {
  const hear = (event: Event, error: unknown) => {
    event.preventDefault();
    // The program's listeners come after this one.
    let prevented = false;
    Object.defineProperty(event, "preventDefault", {
      value: () => prevented = true,
    });
    queueMicrotask(() => {
      if (!prevented) end(error);
    });
  };
  addEventListener("error", (event) => hear(event, event.error));
  addEventListener(
    "unhandledrejection",
    (event) => hear(event, event.reason),
  );
}

/** Decodes a value, loading what that takes. */
async function decodeLoading<T>(
  bytes: Uint8Array,
  importModule: Importer,
  isFromHub: boolean,
  nothing: T,
): Promise<T> {
  if (bytes.length === 0) return nothing;
  const { decode } = await importModule(CODEC_DOOR) as Codec;
  const needed = new Set<string>();
  const value = decode(bytes, {
    revive({ module }) {
      needed.add(module);
      return {};
    },
  });
  if (needed.size === 0) return value as T;
  const { revive, reviveFromHub } = await importModule(HANDLES_DOOR) as Handles;
  for (const module of needed) await importModule(module);
  return decode(bytes, { revive: isFromHub ? reviveFromHub : revive }) as T;
}
