// Ten processes print a line each, one letter at a time, and take the same lock to do it.
//
// You see ten whole lines, in any order. Take the lock away and the letters mix.
//
// Permissions: --allow-run --allow-ffi.

import { Lock, Process } from "@parallel/multiprocessing";

export async function f(lock: Lock, n: number) {
  using _guard = await lock.acquire();
  for (const letter of `hello world ${n}\n`) {
    Deno.stdout.writeSync(new TextEncoder().encode(letter));
  }
}

if (import.meta.main) {
  const lock = new Lock();
  const processes = Array.from(
    { length: 10 },
    (_, n) => new Process({ target: f, args: [lock, n] }),
  );
  for (const process of processes) process.start();
  for (const process of processes) await process.join();
}
