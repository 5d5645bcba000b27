const README = new URL("../README.md", import.meta.url);
const BEGIN = "<!-- bench:begin -->";
const END = "<!-- bench:end -->";

/**
 * Puts Markdown between the marks in the README.
 *
 * @throws {Error} If the README lacks the marks.
 */
export async function writeReadme(markdown: string): Promise<void> {
  const text = await Deno.readTextFile(README);
  await Deno.writeTextFile(README, replaceMarked(text, markdown));
  await new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--quiet", "README.md"],
    cwd: new URL("./", README),
  }).spawn().status;
}

function replaceMarked(text: string, markdown: string): string {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin === -1 || end < begin) {
    throw new Error(
      `Cannot write README.md: it lacks the marks ${BEGIN} and ${END}`,
    );
  }
  const before = text.slice(0, begin + BEGIN.length);
  return `${before}\n\n${markdown}\n\n${text.slice(end)}`;
}
