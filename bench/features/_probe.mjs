// What the programs of the pools of Node have in common. They are copied to where the packages are
// installed, and run there; each prints, as JSON, what its pool can do.

import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";

const DEADLINE_MS = 5_000;
const answers = {};

// Some pools tell of a worker's error by an event, too, that would end the program.
process.on("uncaughtException", () => {});

/** Notes what a probe gives; `false` if it fails, `"hangs"` if it does not end. */
export async function probe(feature, run) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, DEADLINE_MS, "hangs");
  });
  try {
    answers[feature] = await Promise.race([run(), late]);
  } catch (error) {
    answers[feature] = false;
    console.error(`${feature}: ${error}`);
  }
  clearTimeout(timer);
}

/** Whether something fails, as it should, instead of hanging. */
export async function fails(promise) {
  try {
    await promise;
    return false;
  } catch {
    return true;
  }
}

/** Stops a task that counts for ever, and tells whether it really stops. */
export async function stopsCounting(run) {
  const buffer = new SharedArrayBuffer(4);
  const counter = new Int32Array(buffer);
  const stop = new AbortController();
  const failed = fails(run(buffer, stop.signal));
  while (Atomics.load(counter, 0) === 0) await pause(10);
  stop.abort();
  if (!await failed) return false;
  for (let n = 0; n < 60; n++) {
    const before = Atomics.load(counter, 0);
    await pause(50);
    if (before === Atomics.load(counter, 0)) return true;
  }
  return false;
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Whether a pool takes a queue of ours that sorts by rank, which is in the options of a task. */
export async function ranks(optionsSymbol, open) {
  const order = [];
  const tasks = [];
  const rankOf = (task) => task[optionsSymbol]?.rank ?? 0;
  const taskQueue = {
    get size() {
      return tasks.length;
    },
    shift() {
      tasks.sort((a, b) => rankOf(b) - rankOf(a));
      return tasks.shift() ?? null;
    },
    remove: (task) => tasks.splice(tasks.indexOf(task), 1),
    push: (task) => tasks.push(task),
    cancel() {},
  };
  const pool = open({ taskQueue });
  const withRank = (rank) => ({ a: rank, b: 0, [optionsSymbol]: { rank } });
  await Promise.all([
    pool.run(200, { name: "nap" }),
    ...[1, 3, 2].map(async (rank) =>
      order.push(await pool.run(withRank(rank), { name: "add" }))
    ),
  ]);
  return order.join() === "3,2,1" ? "own queue" : false;
}

/** Whether an object, or what it is made of, has one of these methods. */
export function has(object, ...names) {
  return names.some((name) => typeof object[name] === "function");
}

/** Whose memory a worker writes into: that of a thread, and of a process, if there are any. */
export async function sharesMemory(inThread, inProcess) {
  const isWritten = async (run) => {
    const buffer = new SharedArrayBuffer(4);
    await run(buffer);
    return new Int32Array(buffer)[0] === 1;
  };
  if (!await isWritten(inThread)) return false;
  return inProcess && await isWritten(inProcess).catch(() => false)
    ? true
    : "threads";
}

/** What neither a package nor its documentation has a word for, it does not have. */
const WORDS = {
  retries: /retr(?:y|ies|ied)/i,
  // What is blocked is not locked, and what is lockless has none.
  locks: /(?<![bc]|package-)lock(?!less)|mutex|semaphore|barrier/i,
  robustLocks: /(?<![bc]|package-)lock(?!less)|mutex/i,
  manager: /manager|shared object/i,
  remote: /remote|\btcp\b|over (?:a|the) network/i,
  // What is in progress goes on.
  progress: /(?<!\bin[ _])progress/i,
};

/**
 * Answers for what a package has no word for: among its exports, the options of a pool, and in its
 * documentation. Notes which version of it this is. Ends in failure if it has one, as then a
 * program has to try it.
 */
export function probeWords(name, module, options = {}) {
  const folder = new URL(`../node_modules/${name}/`, import.meta.url);
  const { version } = JSON.parse(
    readFileSync(new URL("package.json", folder), "utf8"),
  );
  answers.version = `${name} ${version}`;
  answers.node = `Node ${process.versions.node}`;
  const names = [...Object.keys(module), ...Object.keys(options)];
  const docs = readDocs(folder);
  if (docs.length === 0) fail(`${name} has no documentation`);
  const text = [...names, ...docs].join("\n");
  for (const [feature, pattern] of Object.entries(WORDS)) {
    const found = pattern.exec(text);
    if (found !== null) {
      const where = text.slice(found.index - 40, found.index + 40);
      fail(`${name} may have ${feature}, so try it: …${where}…`);
    }
    answers[feature] = false;
  }
}

/** An error that was thrown would not end the program. */
function fail(message) {
  console.error(message);
  process.exit(1);
}

/** The texts of the documentation that is installed with a package. */
function readDocs(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((path) => /^(?:README|docs\b.*)\.md$/i.test(path))
    .map((path) => readFileSync(new URL(path, folder), "utf8"));
}

/** Prints all answers, and ends, whatever still runs. */
export function done() {
  console.log(JSON.stringify(answers));
  process.exit(0);
}
