/**
 * Finds out what this library, CPython and the pools of Node can do, by running a program of each,
 * and holds the table of the README against it.
 *
 * ```sh
 * deno task features                 # says where the table is wrong
 * deno task features --write-readme  # puts it right
 * ```
 *
 * CPython and Node are found as `deno task bench` finds them. A Node before 24 cannot load
 * TypeScript.
 *
 * @module
 */

import { findNewestPython } from "../find_python.ts";
import { installPeers, PEERS } from "../install_peers.ts";
import { readMarked, writeMarked } from "../marked.ts";

type Answer = boolean | string;
type Answers = Record<string, Answer | undefined>;

/** What is looked for, in the order of the table. */
const FEATURES: Readonly<Record<string, string>> = {
  inline: "inline functions, no file of workers",
  typescript: "workers in TypeScript, as they are",
  processes: "processes as well as threads",
  map: "`map` in chunks",
  stream: "`imap`: reads items as they are needed",
  stop: "a pool stops a task that computes",
  death: "a pool goes on when a worker dies",
  retries: "begins the task of a dead worker again",
  errors: "errors arrive as your own classes",
  backPressure: "back-pressure",
  priority: "priorities",
  recycle: "replaces workers after so many tasks, bytes",
  progress: "tells the progress of a `map`",
  locks: "locks, semaphores, barriers",
  robustLocks: "a lock outlives its holder",
  shared: "shared numbers, arrays, memory",
  manager: "managers: shared objects in a process",
  remote: "the same over TCP",
};

const FOLDER = new URL("./", import.meta.url);
const LIMIT_MS = 120_000;

/** The last line that a program prints, which is JSON. */
async function ask(command: string[], cwd?: string): Promise<Answers> {
  const [program, ...args] = command;
  const { stdout, stderr } = await new Deno.Command(program!, {
    args,
    cwd,
    stdin: "null",
    signal: AbortSignal.timeout(LIMIT_MS),
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const last = text(stdout).trimEnd().split("\n").at(-1)!;
  try {
    return JSON.parse(last);
  } catch {
    throw new Error(`Cannot ask ${command.join(" ")}:\n${text(stderr)}`);
  }
}

async function askAll(): Promise<Record<string, Answers>> {
  const path = (name: string) => new URL(name, FOLDER).pathname;
  const { node, folder } = await installPeers();
  const python = await findNewestPython();
  if (python === undefined) {
    throw new Error("Cannot ask CPython: there is none");
  }
  const copies = `${folder}/features`;
  await Deno.mkdir(copies, { recursive: true });
  for await (const { name } of Deno.readDir(FOLDER)) {
    if (!/\.m[jt]s$/.test(name)) continue;
    await Deno.copyFile(new URL(name, FOLDER), `${copies}/${name}`);
  }
  const answers: Record<string, Answers> = {
    "this library": await ask([
      Deno.execPath(),
      "run",
      "--allow-all",
      path("ours.ts"),
    ]),
    "CPython": await ask([
      python.command,
      path("cpython.py"),
    ]),
  };
  for (const peer of PEERS) {
    answers[peer] = await ask([node, `${peer}.mjs`], copies);
  }
  return answers;
}

function cell(answers: Answers, feature: string): string {
  const answer = answers[feature];
  // Some notice the death of a process, but not that of a thread.
  if (feature === "death" && answer !== answers.deathOfProcess) {
    if (answers.deathOfProcess === true) return "processes";
  }
  if (answer === undefined) return "n/a";
  return answer === true ? "yes" : answer === false ? "–" : answer;
}

function formatTable(answers: Record<string, Answers>): string {
  const names = Object.keys(answers);
  const rows = Object.entries(FEATURES).map(([feature, title]) => [
    title,
    ...names.map((name) => cell(answers[name]!, feature)),
  ]);
  return [["", ...names], ["---", ...names.map(() => "---")], ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** What each program says that it ran: the versions. */
function formatVersions(answers: Record<string, Answers>): string {
  const [ours, python, ...peers] = Object.values(answers);
  const pools = peers.map(({ version }) => version).join(", ");
  return `The programs ran on ${ours!.version} and ${
    python!.version
  }; ${pools} on ${peers[0]!.node}.`;
}

/** The lines of a table without what the formatter adds. */
function plain(markdown: string): string {
  return markdown.split("\n").filter((line) => line.startsWith("|"))
    .join("\n").replaceAll(/-{3,}/g, "---").replaceAll(/ +/g, " ");
}

if (import.meta.main) {
  const answers = await askAll();
  const table = formatTable(answers);
  const versions = formatVersions(answers);
  console.log(`${table}\n\n${versions}`);
  if (Deno.args.includes("--write-readme")) {
    await writeMarked("README.md", "features", `${table}\n\n${versions}`);
  } else if (
    plain(await readMarked("README.md", "features")) !== plain(table)
  ) {
    console.error("The table of README.md says something else");
    Deno.exit(1);
  }
}
