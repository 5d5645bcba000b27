import { formatFiles } from "./format.ts";

const ROOT = new URL("../", import.meta.url);

/**
 * Puts Markdown between the marks of that name in a document, given by its path from the root.
 *
 * @throws {Error} If the document lacks the marks.
 */
export async function writeMarked(
  path: string,
  name: string,
  markdown: string,
): Promise<void> {
  const file = new URL(path, ROOT);
  const text = await Deno.readTextFile(file);
  const [begin, end] = findMarked(text, path, name);
  await Deno.writeTextFile(
    file,
    `${text.slice(0, begin)}\n\n${markdown}\n\n${text.slice(end)}`,
  );
  await formatFiles(path);
}

/**
 * What stands between the marks of that name in a document.
 *
 * @throws {Error} If the document lacks the marks.
 */
export async function readMarked(path: string, name: string): Promise<string> {
  const text = await Deno.readTextFile(new URL(path, ROOT));
  return text.slice(...findMarked(text, path, name));
}

/** Where what stands between the marks begins and ends. */
function findMarked(
  text: string,
  path: string,
  name: string,
): [number, number] {
  const opening = `<!-- ${name}:begin -->`;
  const closing = `<!-- ${name}:end -->`;
  const begin = text.indexOf(opening);
  const end = text.indexOf(closing);
  if (begin === -1 || end < begin) {
    throw new Error(
      `Cannot find ${name} in ${path}: it lacks the marks ${opening} and ${closing}`,
    );
  }
  return [begin + opening.length, end];
}
