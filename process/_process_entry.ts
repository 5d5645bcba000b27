import {
  beginBoot,
  type BootRecord,
  checkParent,
  type Construct,
  endWithEnding,
  hasHubEnded,
  type Importer,
  onUncaught,
  report,
  runBoot,
  takeBoot,
  watchParent,
} from "../_internal/launch/child.ts";

type Current = typeof import("./current.ts");

/**
 * Runs in a new process what it was started for. The process's main module, a
 * `data:` URL, calls it.
 *
 * @param imports the modules it may need, as literal imports
 */
export async function boot(
  imports: Record<string, () => Promise<Record<string, unknown>>>,
): Promise<void> {
  const bytes = await takeBoot();
  // Its parent or its program has ended, and there is nobody to be told.
  if (bytes === undefined) Deno.exit(1);
  const told = beginBoot(bytes);
  const { record } = told;
  const fail = async (error: unknown) => {
    if (record.daemon && hasHubEnded()) await endWithEnding(record);
    report("Process", record, error);
    Deno.exit(1);
  };
  onUncaught(fail);
  const importModule: Importer = (url) => imports[url]?.() ?? import(url);
  try {
    checkParent(record);
    if (record.daemon) watchParent(record);
    await runBoot(
      told,
      importModule,
      (...object) => construct(importModule, record, object),
    );
  } catch (error) {
    await fail(error);
  }
}

/** Makes the object of a subclass, by a module that only such children load. */
async function construct(
  importModule: Importer,
  record: BootRecord,
  object: Parameters<Construct>,
): ReturnType<Construct> {
  const url = new URL("./current.ts", import.meta.url).href;
  const { becomeCurrentProcess } = await importModule(url) as Current;
  return becomeCurrentProcess(record.process, ...object);
}
