import { formatFiles } from "./format.ts";

const README = new URL("../README.md", import.meta.url);

/**
 * Puts Markdown between the marks of that name in the README.
 *
 * @throws {Error} If the README lacks the marks.
 */
export async function writeMarked(
  name: string,
  markdown: string,
): Promise<void> {
  const text = await Deno.readTextFile(README);
  const [begin, end] = findMarked(text, name);
  await Deno.writeTextFile(
    README,
    `${text.slice(0, begin)}\n\n${markdown}\n\n${text.slice(end)}`,
  );
  await formatFiles("README.md");
}

/**
 * What stands between the marks of that name in the README.
 *
 * @throws {Error} If the README lacks the marks.
 */
export async function readMarked(name: string): Promise<string> {
  const text = await Deno.readTextFile(README);
  return text.slice(...findMarked(text, name));
}

/** Where what stands between the marks begins and ends. */
function findMarked(text: string, name: string): [number, number] {
  const opening = `<!-- ${name}:begin -->`;
  const closing = `<!-- ${name}:end -->`;
  const begin = text.indexOf(opening);
  const end = text.indexOf(closing);
  if (begin === -1 || end < begin) {
    throw new Error(
      `Cannot find ${name} in README.md: it lacks the marks ${opening} and ${closing}`,
    );
  }
  return [begin + opening.length, end];
}
