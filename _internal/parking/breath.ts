/** Milliseconds that operations may follow each other without a turn of the event loop. */
const BREATHLESS_MS = 4;

let last = Date.now();
let operations = 0;
let waiting: (() => void)[] = [];

/**
 * Whether it is time to let the event loop turn. A loop that always finds data
 * awaits only microtasks, and would starve timers, signals and I/O.
 */
export function isBreathless(): boolean {
  if (waiting.length > 0) return true;
  if ((++operations & 7) !== 0) return false;
  return Date.now() - last > BREATHLESS_MS;
}

/** Notes that the event loop has just turned. */
export function breathed(): void {
  last = Date.now();
}

/** Lets the event loop turn once. */
export function breathe(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  waiting.push(resolve);
  if (waiting.length === 1) turn();
  return promise;
}

function turn(): void {
  const { port1, port2 } = new MessageChannel();
  port2.onmessage = () => {
    // Either of them that stays open keeps some kilobytes for ever.
    port1.close();
    port2.close();
    breathed();
    const ready = waiting;
    waiting = [];
    for (const resolve of ready) resolve();
  };
  port1.postMessage(null);
}
