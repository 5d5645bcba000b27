// A job board for two terminals, over TCP: one has the board, others do its jobs.
//
//     deno task examples 23 -- board 4000
//     deno task examples 23 -- worker 4000 ada
//     deno task examples 23 -- worker 4000 bob
//
// Both sides must know the key: BOARD_KEY in the environment, else "secret". The board
// puts up the squares of 1 to 20, prints who does which, and ends when all are done;
// the workers end with it. A worker that is killed loses only the job that it was
// doing; the board puts it up again. Without arguments, the program shows a board with
// two workers.
//
// Permissions: --allow-run --allow-ffi, --allow-net, and --allow-env for the key.

import {
  type DictProxy,
  Manager,
  Process,
  type QueueProxy,
} from "@parallel/multiprocessing";

interface Result {
  readonly job: number;
  readonly square: number;
  readonly by: string;
}

const JOBS = Array.from({ length: 20 }, (_, n) => n + 1);
/** Milliseconds after which a job that was begun is put up again. */
const PATIENCE = 2_000;
const authKey = Deno.env.get("BOARD_KEY") ?? "secret";

export async function board(port: number, opened: (port: number) => void) {
  await using manager = new Manager({
    address: { hostname: "127.0.0.1", port },
    authKey,
  });
  const jobs = manager.queue<number>();
  const results = manager.queue<Result>();
  const begun = manager.dict<number, string>();
  await manager.publish("jobs", jobs);
  await manager.publish("results", results);
  await manager.publish("begun", begun);
  const address = await manager.address;
  if (typeof address !== "string") opened(address.port);

  const open = new Set(JOBS);
  for (const job of open) await jobs.put(job);
  while (open.size > 0) {
    try {
      const { job, square, by } = await results.get({ timeout: PATIENCE });
      if (open.delete(job)) console.log(`${by}: ${job} * ${job} = ${square}`);
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      const lost = [...await begun.keys()].filter((job) => open.has(job));
      for (const job of lost) {
        console.log(`${job} was begun by ${await begun.pop(job)}: once more`);
        await jobs.put(job);
      }
    }
  }
  console.log("all jobs are done");
  await jobs.close();
}

export async function worker(port: number, name: string) {
  const address = { hostname: "127.0.0.1", port };
  await using manager = await Manager.connect(address, { authKey });
  const jobs = await manager.lookup<QueueProxy<number>>("jobs");
  const results = await manager.lookup<QueueProxy<Result>>("results");
  const begun = await manager.lookup<DictProxy<number, string>>("begun");
  try {
    for await (const job of jobs) {
      await begun.set(job, name);
      await new Promise((done) => setTimeout(done, 20));
      await results.put({ job, square: job * job, by: name });
    }
  } catch (error) {
    // The board has gone.
    console.log(`${name}: ${(error as Error).message}`);
  }
}

if (import.meta.main) {
  const [role, port, name = `worker ${Deno.pid}`] = Deno.args;
  if (role === "board") {
    await board(Number(port), (port) => console.log(`board at port ${port}`));
  } else if (role === "worker") {
    await worker(Number(port), name);
  } else {
    const workers: Process<[number, string]>[] = [];
    await board(0, (port) => {
      for (const name of ["ada", "bob"]) {
        const process = new Process({ target: worker, args: [port, name] });
        process.start();
        workers.push(process);
      }
    });
    for (const process of workers) await process.join();
  }
}
