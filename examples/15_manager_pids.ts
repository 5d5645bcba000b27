// As example 14, but each process sets a key of its own: its id.
//
// You see the list grow ten times, then a dictionary of ten ids, and the list, which
// ends in the same ten.
//
// Permissions: --allow-run --allow-ffi.

import {
  type DictProxy,
  type ListProxy,
  Manager,
  Process,
} from "@parallel/multiprocessing";

export async function f(d: DictProxy<number, number>, l: ListProxy<number>) {
  await d.set(Deno.pid, Deno.pid);
  await l.push(Deno.pid);
  console.log(JSON.stringify(await l.toArray()));
}

if (import.meta.main) {
  await using manager = new Manager();
  const d = manager.dict<number, number>();
  const l = manager.list([0, 1, 2, 3, 4]);

  const processes = Array.from(
    { length: 10 },
    () => new Process({ target: f, args: [d, l] }),
  );
  for (const process of processes) process.start();
  for (const process of processes) await process.join();

  console.log(await d.toMap());
  console.log(JSON.stringify(await l.toArray()));
}
