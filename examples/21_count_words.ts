// Counts the words in every file of a folder, and how small the file gets when it is compressed as
// well as can be: first alone, then with a pool of processes.
//
// You see a progress bar, the same result from both, and how many times as fast the pool was:
// nearly as many as there are processors, if they have nothing else to do.
//
//     deno task examples 21 -- ~/Documents      # default: this repository
//
// Permissions: --allow-run --allow-ffi, and --allow-read for the folder.

import { cpuCount, Pool } from "@parallel/multiprocessing";
import { brotliCompressSync, constants } from "node:zlib";

interface Count {
  path: string;
  words: number;
  /** Its size in bytes, and that of the same compressed. */
  bytes: number;
  compressed: number;
}

const SKIPPED = new Set([".git", "node_modules"]);

/** Ways to compress, of which the better one counts. */
const MODES = [constants.BROTLI_MODE_TEXT, constants.BROTLI_MODE_GENERIC];

/** Counts the words in a file, and compresses it. */
export function countWords(path: string): Count {
  const content = Deno.readFileSync(path);
  const text = new TextDecoder().decode(content);
  return {
    path,
    words: text.match(/\p{L}+/gu)?.length ?? 0,
    bytes: content.length,
    compressed: Math.min(...MODES.map((mode) => sizeOf(content, mode))),
  };
}

/** The size of what is compressed. */
function sizeOf(content: Uint8Array, mode: number): number {
  const params = { [constants.BROTLI_PARAM_MODE]: mode };
  return brotliCompressSync(content, { params }).length;
}

/** All files in a folder and its folders, the largest first: so none is left for last. */
function listFiles(folder: string): string[] {
  const files: { path: string; size: number }[] = [];
  const walk = (folder: string) => {
    for (const { name, isDirectory, isFile } of Deno.readDirSync(folder)) {
      const path = `${folder}/${name}`;
      if (isDirectory && !SKIPPED.has(name)) walk(path);
      if (isFile) files.push({ path, size: Deno.statSync(path).size });
    }
  };
  walk(folder);
  return files.sort((a, b) => b.size - a.size).map(({ path }) => path);
}

/** The sums, and the files with most words. */
function summarize(counts: Count[]): string {
  const sum = (key: "words" | "bytes" | "compressed") =>
    counts.reduce((sum, count) => sum + count[key], 0);
  const most = counts
    .toSorted((a, b) => b.words - a.words || (a.path < b.path ? -1 : 1))
    .slice(0, 5)
    .map(({ path, words }) => `${format(words).padStart(12)}  ${path}`);
  const [words, bytes, compressed] = [
    sum("words"),
    sum("bytes"),
    sum("compressed"),
  ].map(format);
  return [
    `${words} words in ${bytes} bytes, compressed ${compressed}; most words:`,
    ...most,
  ].join("\n");
}

function format(n: number): string {
  return n.toLocaleString("en");
}

if (import.meta.main) {
  const folder = (Deno.args[0] ?? new URL("..", import.meta.url).pathname)
    .replace(/(.)\/+$/, "$1");
  const files = listFiles(folder);
  console.log(`${format(files.length)} files in ${folder}`);

  let begin = performance.now();
  const alone = summarize(files.map(countWords));
  const serial = (performance.now() - begin) / 1000;
  console.log(`alone: ${serial.toFixed(2)} s`);

  begin = performance.now();
  await using pool = new Pool();
  const counts: Count[] = [];
  for await (
    const count of pool.imapUnordered(countWords, files, { progress: true })
  ) counts.push(count);
  const together = summarize(counts);
  const parallel = (performance.now() - begin) / 1000;
  console.log(`${cpuCount()} processes: ${parallel.toFixed(2)} s`);

  console.log(together);
  console.log(together === alone ? "the same result" : "another result!");
  console.log(`${(serial / parallel).toFixed(2)} times as fast`);
  if (together !== alone) Deno.exitCode = 1;
}
