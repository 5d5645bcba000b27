import { listMore, listSlower } from "./behind.ts";
import { formatFiles } from "./format.ts";
import type { Picture } from "./pictures.ts";
import type { CaseSamples, Result } from "./result.ts";

const PAGE = new URL("../docs/benchmarks.md", import.meta.url);
/** The pictures that the README shows; the page has all. */
const IN_README = ["overview.svg", "task-size.svg", "workers.svg"];

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

/** What the README says: some pictures, where others are ahead, and what was missed. */
export function showResults(
  results: readonly Result[],
  runs: Readonly<Record<string, CaseSamples>>,
  pictures: readonly Picture[],
): string {
  const missed = results.filter(({ met }) => met === false)
    .map(({ figure }) => figure.title);
  return [
    ...IN_README.flatMap((wanted) =>
      pictures.filter(({ name }) => name === wanted)
        .map((picture) => showPicture(picture, "docs/bench"))
    ),
    "[docs/benchmarks.md](docs/benchmarks.md) has every figure, and how they grow with the size of messages and tasks and with the number of workers.",
    list(
      "Slower than elsewhere (of what grows, where it is more than 5 %)",
      listSlower(results, runs),
    ) ??
      "Nothing that was measured is slower than elsewhere.",
    list("More than elsewhere", listMore(results)),
    missed.length === 0
      ? "All that we ask of ourselves was met."
      : `Short of what we ask of ourselves: ${missed.join("; ")}.`,
  ].filter((part) => part !== undefined).join("\n\n");
}

function list(title: string, lines: readonly string[]): string | undefined {
  if (lines.length === 0) return undefined;
  return `${title}:\n\n${lines.map((line) => `- ${line}`).join("\n")}`;
}

/** A picture, and below it why it looks so. */
function showPicture({ name, title, why }: Picture, folder: string): string {
  const shown = `![${title}](${folder}/${name})`;
  return why === undefined ? shown : `${shown}\n\n${why}`;
}

/** Writes the page with every figure. */
export async function writePage(
  table: string,
  pictures: readonly Picture[],
  made: string,
): Promise<void> {
  const shown = pictures.map((picture) => showPicture(picture, "bench"));
  const text = `# Benchmarks

\`deno task bench --write-readme\` writes this page. It measures the package as it
is published beside CPython's \`multiprocessing\` and the pools of Node, all on the
same work, in turns, in one run: medians, with the least and the most in brackets, and how many
samples they are of, ours and the other's. The ratio is ours to the other's; what is required of it
is what we ask of ourselves. For \`map\`, poolifier has \`mapExecute\`; the other pools of Node get a
call for each number, and all of them, in a row of its own, chunks that the program cuts. Every sample is in [bench/results.json](bench/results.json), and
\`deno task bench --from=docs/bench/results.json\` shows it again.

${made}

${shown.join("\n\n")}

${table}
`;
  await Deno.writeTextFile(PAGE, text);
  await formatFiles("docs/benchmarks.md", "docs/bench");
}
