import { decode, type DecodeOptions, knowModule } from "../codec/mod.ts";
import { type Boot, readBoot } from "./boot_record.ts";
import { HANDLES_DOOR } from "./handles_door.ts";
import {
  explainReferenceError,
  resolveSubclass,
  resolveTarget,
} from "./resolve_target.ts";
import { setMainModule } from "./call_site.ts";
import { becomeChild, importsDone } from "./self.ts";

/** Imports a module by its URL. */
export type Importer = (url: string) => Promise<Record<string, unknown>>;

/** Makes the object whose `run` overrides that of its base class. */
export type Construct = (
  subclass: new (...args: never[]) => unknown,
  fields: object,
) => Promise<{ run(): unknown }> | { run(): unknown };

/** Runs in a new isolate what it was started for. */
export async function runBoot(
  bytes: Uint8Array,
  importModule: Importer,
  construct: Construct,
): Promise<void> {
  const { record, args, fields } = readBoot(bytes);
  const { target } = record;
  const importAndKnow = async (url: string) => {
    const module = await importModule(url);
    knowModule(url, module);
    return module;
  };
  if (target.kind === "subclass") {
    const subclass = await resolveSubclass(target, importAndKnow);
    const values = await decodeLoading(fields, importModule) as object;
    const instance = await construct(subclass, values);
    importsDone();
    await instance.run();
    return;
  }
  const { call } = await resolveTarget(target, importAndKnow);
  const values = await decodeLoading(args, importModule) as unknown[];
  importsDone();
  try {
    await call(...values);
  } catch (error) {
    throw explainReferenceError(error, target);
  }
}

/** Reads a boot, and notes who this isolate is. */
export function beginBoot(bytes: Uint8Array): Boot<Uint8Array>["record"] {
  const { record } = readBoot(bytes);
  becomeChild(record);
  setMainModule(record.mainModule);
  return record;
}

/** Prints an error that nobody has caught, in one piece. */
export function report(
  kind: "Process" | "Thread",
  name: string,
  error: unknown,
) {
  const colors = !Deno.noColor && Deno.stderr.isTerminal();
  const text = error instanceof Error
    ? Deno.inspect(error, { colors })
    : `Uncaught ${Deno.inspect(error, { colors })}`;
  console.error(`${kind} ${name}:\n${text}`);
}

/** Decodes a value, loading what is needed for the shared objects in it. */
async function decodeLoading(
  bytes: Uint8Array,
  importModule: Importer,
): Promise<unknown> {
  const needed = new Set<string>();
  const value = decode(bytes, {
    revive({ module }) {
      needed.add(module);
      return {};
    },
  });
  if (needed.size === 0) return value;
  const { revive } = await importModule(HANDLES_DOOR);
  for (const module of needed) {
    await importModule(module);
  }
  return decode(bytes, { revive: revive as DecodeOptions["revive"] });
}
