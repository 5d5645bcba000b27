import { onLongBlock } from "../parking/mod.ts";

/** The children of this isolate that have not been told yet what to do, by their names. */
const untold = new Set<{ readonly name: string }>();

/**
 * Sees to it that somebody hears of it if this thread is blocked while a child has not
 * been told what to do: that needs the event loop, so the child does nothing meanwhile.
 *
 * @param told settled once the child has been told, or has ended
 */
export function addUntold(name: string, told: Promise<unknown>): void {
  const child = { name };
  untold.add(child);
  const forget = () => void untold.delete(child);
  told.then(forget, forget);
  onLongBlock(warn);
}

/** Warns of each of them once. */
function warn(doing: string): void {
  for (const child of untold) {
    untold.delete(child);
    console.warn(
      `${child.name} has not begun, and does not while this thread is blocked to ${doing}: ` +
        "without shared memory, a process is told what to do by the event loop of who starts it. " +
        "Use the form that does not block, or await something between start() and the one that does",
    );
  }
}
