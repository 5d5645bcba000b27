import {
  beginBoot,
  type BootRecord,
  type Importer,
  joinMapped,
  type Mapped,
  readInput,
  report,
  runBoot,
  watchParent,
} from "../_internal/launch/child.ts";

type Current = typeof import("./current.ts");

/**
 * Runs in a new process what it was started for. The process's main module, a
 * `data:` URL, calls it.
 *
 * @param mapped where its boot record is; on its standard input if not given
 * @param imports the modules it may need, as literal imports
 */
export async function boot(
  mapped: Mapped | undefined,
  imports: Record<string, () => Promise<Record<string, unknown>>>,
): Promise<void> {
  const bytes = mapped === undefined ? await readInput() : joinMapped(mapped);
  const record = beginBoot(bytes);
  if (record.daemon) watchParent(record);
  const header = () => console.error(`Process ${record.name}:`);
  addEventListener("error", header);
  addEventListener("unhandledrejection", header);
  const importModule: Importer = (url) => imports[url]?.() ?? import(url);
  try {
    await runBoot(
      bytes,
      importModule,
      (subclass, fields) => construct(importModule, record, subclass, fields),
    );
  } catch (error) {
    report("Process", record.name, error);
    Deno.exit(1);
  }
}

/** Makes the object of a subclass, by a module that only such children load. */
async function construct(
  importModule: Importer,
  record: BootRecord,
  subclass: new (...args: never[]) => unknown,
  fields: object,
): Promise<{ run(): unknown }> {
  const url = new URL("./current.ts", import.meta.url).href;
  const { becomeCurrent } = await importModule(url) as Current;
  return becomeCurrent(record.process, subclass, fields);
}
