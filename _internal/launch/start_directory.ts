import type { CommandLine } from "./command_line.ts";
import { absolutePath, filePath, parentDirectory, urlOf } from "./file_path.ts";

/** Of the main modules that no file holds, which are where Deno was started. */
const NO_FILE = /[/\\]\$deno\$(?:eval|stdin|repl)\.\w+$/;

/**
 * The directory that a program was started in, as far as its main module tells that.
 * `Deno.chdir()` may have come before anybody looked.
 *
 * @param line the command line, if it is known
 * @param mainModule the URL of the main module
 * @param seen the directory that it seemed to be when somebody looked
 */
export function startDirectory(
  line: CommandLine | undefined,
  mainModule: string | undefined,
  seen: string,
): string {
  const url = urlOf(mainModule ?? "");
  if (line?.script === undefined || url?.protocol !== "file:") return seen;
  const { script, subcommand } = line;
  const main = filePath(url);
  if (NO_FILE.test(main)) return parentDirectory(main);
  // Others may take many files, of which the main module is any.
  if (!/^(?:run|serve)$/.test(subcommand) || urlOf(script) !== undefined) {
    return seen;
  }
  const end = absolutePath(script, "/");
  if (absolutePath(script, seen) === main || !main.endsWith(end)) return seen;
  let directory = main.slice(0, -end.length);
  // Of a directory that `..` leads out of the name is not known, and not needed.
  while (absolutePath(script, directory) !== main) directory += "/?";
  return directory || "/";
}
