import { assert } from "@std/assert";

/** Milliseconds until it is given up: a busy machine lets nothing through for a while. */
const MS = 20_000;
const TICKS = 4;
const SIGNALS = 2;

let signals = 0;
let isListening = false;

/**
 * Checks that timers and signals get through while something goes on.
 *
 * @param run goes on until it is told to stop, which is once they have
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
  const areThrough = () => ticks >= TICKS && signals - before >= SIGNALS;
  try {
    await run(() => !areThrough() && performance.now() < end);
  } finally {
    clearInterval(timer);
  }
  assert(areThrough(), `${ticks} ticks, ${signals - before} signals`);
}
