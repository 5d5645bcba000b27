/** The processes that this isolate has started and that have not ended. */
const running = new Map<Deno.ChildProcess, { readonly daemon: boolean }>();
let watching = false;

/** Keeps an eye on a child: a daemon ends when this process does. */
export function addRunning(child: Deno.ChildProcess, daemon: boolean): void {
  running.set(child, { daemon });
  child.status.finally(() => running.delete(child));
  if (watching) return;
  watching = true;
  addEventListener("unload", () => {
    for (const [daemon, { daemon: isDaemon }] of running) {
      if (isDaemon) signal(daemon, "SIGTERM");
    }
  });
}

/** Their process ids. */
export function runningPids(): readonly number[] {
  return [...running.keys()].map(({ pid }) => pid);
}

function signal(child: Deno.ChildProcess, name: Deno.Signal): void {
  try {
    child.kill(name);
  } catch {
    // It has just ended.
  }
}
