import { formatFiles } from "./format.ts";
import { type Picture, timesAsFast } from "./pictures.ts";
import type { Result } from "./result.ts";

const PAGE = new URL("../docs/benchmarks.md", import.meta.url);

/** Writes pictures into a folder, which is made if there is none. */
export async function writePictures(
  folder: URL,
  pictures: readonly Picture[],
): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  for (const { name, svg } of pictures) {
    await Deno.writeTextFile(new URL(name, folder), svg);
  }
}

/** What the README says: the picture of all, and where we are not ahead. */
export function summaryOf(results: readonly Result[]): string {
  const behind = results.flatMap((result) => {
    const times = timesAsFast(result);
    if (
      times === undefined || times >= 1 || result.figure.other.by === "ours"
    ) {
      return [];
    }
    const other = result.otherTitle || "CPython";
    return [`${result.figure.title} (${other}: ${times.toFixed(2)}×)`];
  });
  const missed = results.filter(({ met }) => met === false)
    .map(({ figure }) => figure.title);
  return [
    "![How many times as fast as others](docs/bench/overview.svg)",
    "[docs/benchmarks.md](docs/benchmarks.md) has every figure, and how they grow with the size of messages and tasks and with the number of workers.",
    behind.length === 0
      ? "Nothing that was measured is slower than elsewhere."
      : `Slower than elsewhere: ${behind.join("; ")}.`,
    missed.length === 0
      ? "All that we ask of ourselves was met."
      : `Short of what we ask of ourselves: ${missed.join("; ")}.`,
  ].join("\n\n");
}

/** Writes the page with every figure. */
export async function writePage(
  table: string,
  pictures: readonly Picture[],
  made: string,
): Promise<void> {
  const shown = pictures.map(({ name, title }) => `![${title}](bench/${name})`);
  const text = `# Benchmarks

\`deno task bench --write-readme\` writes this page. It measures the package as it
is published beside CPython's \`multiprocessing\` and the pools of Node, all on the
same work, in turns, in one run: medians, with the least and the most in brackets. The ratio is
ours to the other's; what is required of it is what we ask of ourselves.

${made}

${shown.join("\n\n")}

${table}
`;
  await Deno.writeTextFile(PAGE, text);
  await formatFiles("docs/benchmarks.md", "docs/bench");
}
