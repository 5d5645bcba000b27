// Ten processes set the same keys of a dictionary, and each adds its id to a list.
//
// Both live in a manager, a process of its own. You see the list grow ten times, in
// any order; then the dictionary, whose keys are a number, a string and a fraction,
// and the whole list.
//
// Permissions: --allow-run --allow-ffi.

import {
  type DictProxy,
  type ListProxy,
  Manager,
  Process,
} from "@parallel/multiprocessing";

export async function f(d: DictProxy, l: ListProxy<number>) {
  await d.set(1, "1");
  await d.set("2", 2);
  await d.set(0.25, null);
  await l.push(Deno.pid);
  console.log(JSON.stringify(await l.toArray()));
}

if (import.meta.main) {
  await using manager = new Manager();
  const d = manager.dict();
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
