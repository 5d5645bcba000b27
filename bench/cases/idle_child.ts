// What children cost that only wait for a queue: megabytes over a bare `deno run`, and CPU.
//
// Linux only.

import { Process, Queue } from "@parallel/multiprocessing";
import { QUICK, report } from "./_sample.ts";

const PARKED = 10;
const SETTLE_MS = 1_000;
/** Those who have just started are not idle yet: what they have compiled is stored, for one thing. */
const REST_MS = QUICK ? 1_000 : 5_000;
/** Long beside the seconds between two looks of a process. */
const WINDOW_MS = QUICK ? 4_000 : 20_000;

export async function park(queue: Queue<boolean>, ready: Queue<boolean>) {
  await ready.put(true);
  await queue.get();
}

async function startParked(
  count: number,
  queue: Queue<boolean>,
): Promise<Process<[Queue<boolean>, Queue<boolean>]>[]> {
  const ready = new Queue<boolean>();
  const processes = Array.from(
    { length: count },
    () => new Process({ target: park, args: [queue, ready], daemon: true }),
  );
  for (const process of processes) process.start();
  for (const _ of processes) await ready.get();
  return processes;
}

async function memory(): Promise<number> {
  const queue = new Queue<boolean>();
  const [idle] = await startParked(1, queue);
  const bare = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "data:text/javascript,setInterval(()=>{},1e6)"],
    stdin: "null",
  }).spawn();
  await sleep(SETTLE_MS);
  const difference = megabytes(idle!.pid!) - megabytes(bare.pid);
  bare.kill();
  await bare.status;
  await queue.put(true);
  await idle!.join();
  return difference;
}

async function cpu(): Promise<number> {
  const queue = new Queue<boolean>();
  const processes = await startParked(PARKED, queue);
  await sleep(REST_MS);
  const begin = performance.now();
  const before = cpuTimes(processes);
  await sleep(WINDOW_MS);
  let used = 0;
  for (const [task, time] of cpuTimes(processes)) {
    used += time - (before.get(task) ?? 0);
  }
  const percent = used / (performance.now() - begin) * 100;
  for (const _ of processes) await queue.put(true);
  for (const process of processes) await process.join();
  return percent;
}

/** Proportional resident size: what is private, and this process's part of what is shared. */
function megabytes(pid: number): number {
  const lines = Deno.readTextFileSync(`/proc/${pid}/smaps_rollup`);
  return Number(/^Pss:\s+(\d+) kB/m.exec(lines)![1]) * 1024 / 1e6;
}

/** Milliseconds on a CPU of each thread. /proc/<pid>/stat counts only in ticks of 10 ms. */
function cpuTimes(processes: { pid: number | undefined }[]) {
  const times = new Map<string, number>();
  for (const { pid } of processes) {
    for (const { name } of Deno.readDirSync(`/proc/${pid}/task`)) {
      const line = Deno.readTextFileSync(`/proc/${pid}/task/${name}/schedstat`);
      times.set(name, Number(line.split(" ")[0]) / 1e6);
    }
  }
  return times;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

if (import.meta.main) {
  if (Deno.build.os === "linux") {
    const count = QUICK ? 1 : 2;
    report({
      memory: await Array.fromAsync({ length: count }, memory),
      cpu: [await cpu()],
    });
  } else {
    report({});
  }
}
