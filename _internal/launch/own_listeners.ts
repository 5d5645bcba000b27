/*
 * Whether this program listens to Ctrl-C itself. The runtime does not tell, and
 * neither does the kernel: a moment after its start the runtime catches SIGINT
 * for its own use. So what the program asks the runtime for goes through here.
 */

type Listener = () => void;

const { addSignalListener, removeSignalListener } = Deno;
/** Those of the program. */
const own = new Set<Listener>();
let changed: Listener | undefined;

Deno.addSignalListener = (signal, listener) => {
  addSignalListener(signal, listener);
  if (signal !== "SIGINT") return;
  own.add(listener);
  changed?.();
};

Deno.removeSignalListener = (signal, listener) => {
  removeSignalListener(signal, listener);
  if (signal !== "SIGINT") return;
  own.delete(listener);
  changed?.();
};

/** Whether the program has listeners; since this module was loaded. */
export function hasOwnListener(): boolean {
  return own.size > 0;
}

/** {@linkcode hasOwnListener}, with those of `node:process`, which take time to look up. */
export function hasAnyListener(): boolean {
  const { process } = globalThis as {
    process?: { listenerCount(event: string): number };
  };
  return hasOwnListener() || (process?.listenerCount("SIGINT") ?? 0) > 0;
}

/** Calls a function whenever the listeners of the program change. */
export function onOwnListener(call: Listener): void {
  changed = call;
}

/** Listens to SIGINT for the library. */
export function listenForLibrary(listener: Listener): void {
  addSignalListener("SIGINT", listener);
}

/** Undoes {@linkcode listenForLibrary}. */
export function unlistenForLibrary(listener: Listener): void {
  removeSignalListener("SIGINT", listener);
}
