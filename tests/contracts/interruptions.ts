import { assert } from "@std/assert";

const MS = 400;

let signals = 0;
let isListening = false;

/**
 * Checks that timers and signals get through while something goes on.
 *
 * @param run goes on until it is told to stop
 */
export async function checkInterruptions(
  run: (goesOn: () => boolean) => Promise<void>,
): Promise<void> {
  // For good: a signal that comes after its listener has gone is the end.
  if (!isListening) Deno.addSignalListener("SIGUSR1", () => signals++);
  isListening = true;
  const before = signals;
  let ticks = 0;
  const timer = setInterval(() => {
    ticks++;
    Deno.kill(Deno.pid, "SIGUSR1");
  }, 10);
  const end = performance.now() + MS;
  try {
    await run(() => performance.now() < end);
  } finally {
    clearInterval(timer);
  }
  const came = signals - before;
  assert(ticks >= 4, `${ticks} ticks in ${MS} ms`);
  assert(came >= 2, `${came} signals in ${MS} ms`);
}
