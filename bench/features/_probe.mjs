// What the programs of the pools of Node have in common. They are copied to where the packages are
// installed, and run there; each prints, as JSON, what its pool can do.

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

/** What nothing that a package exports is named after, it does not have. */
const NAMES = {
  retries: /retr(y|ies)/i,
  locks: /lock|mutex|semaphore|barrier/i,
  robustLocks: /lock|mutex/i,
  manager: /manager|proxy$/i,
  shared: /shared/i,
  remote: /remote|listen|tcp/i,
  progress: /progress/i,
};

/** Looks for what there may be among the exports and the options of a pool. */
export function probeNames(module, options = {}) {
  const names = [...Object.keys(module), ...Object.keys(options)];
  for (const [feature, pattern] of Object.entries(NAMES)) {
    answers[feature] = names.some((name) => pattern.test(name));
  }
}

/** Prints all answers, and ends, whatever still runs. */
export function done() {
  console.log(JSON.stringify(answers));
  process.exit(0);
}
