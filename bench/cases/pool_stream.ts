// Items per second through `imapUnordered`, ten million of them, and how many MB the program and its
// workers have after the first million and at the end. Linux only.

import { Pool } from "@parallel/multiprocessing";
import { QUICK, report } from "./_sample.ts";
import { increment, WORKERS } from "./_pool_work.ts";

const ITEMS = QUICK ? 2_000_000 : 10_000_000;
const FIRST = 1_000_000;
const KB = 1024;

function* numbers() {
  for (let n = 0; n < ITEMS; n++) yield n;
}

/** What a process holds in memory, in MB. */
function residentMb(pid: number): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(/VmRSS:\s*(\d+) kB/.exec(status)![1]) / KB;
}

if (import.meta.main) {
  await using pool = new Pool(WORKERS);
  const memory = () => {
    const pids = pool.stats().workers.map(({ pid }) => pid!);
    return [Deno.pid, ...pids].reduce((sum, pid) => sum + residentMb(pid), 0);
  };
  let done = 0;
  let before = 0;
  const begin = performance.now();
  for await (const _ of pool.imapUnordered(increment, numbers())) {
    if (++done === FIRST) before = memory();
  }
  const seconds = (performance.now() - begin) / 1e3;
  if (done !== ITEMS) throw new Error(`${done} of ${ITEMS} came back`);
  report({
    pool: [ITEMS / seconds],
    memoryFirst: [before],
    memory: [memory()],
  });
}
