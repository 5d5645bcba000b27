/*
 * Whether this program listens to Ctrl-C itself. The runtime does not tell, and
 * neither does the kernel: a moment after its start the runtime catches SIGINT
 * for its own use. So what the program asks the runtime for goes through here.
 */

type Listener = () => void;

const { addSignalListener, removeSignalListener } = Deno;
/** Those of the program, and what the runtime calls for them. */
const own = new Map<Listener, Listener>();
let changed: Listener | undefined;
let heard = false;

// Those of `node:process` come by here, too.
Deno.addSignalListener = (signal, listener) => {
  if (signal !== "SIGINT" || typeof listener !== "function") {
    return addSignalListener(signal, listener);
  }
  const noting = own.get(listener) ?? (() => {
    noteHeard();
    listener();
  });
  addSignalListener(signal, noting);
  own.set(listener, noting);
  changed?.();
};

Deno.removeSignalListener = (signal, listener) => {
  if (signal !== "SIGINT") return removeSignalListener(signal, listener);
  const noting = own.get(listener);
  // One that came before this module was loaded may be removing itself.
  if (noting === undefined) noteHeard();
  own.delete(listener);
  // The library listens before it is gone: a signal on its way is to meet somebody.
  changed?.();
  removeSignalListener(signal, noting ?? listener);
};

/** Notes that the program hears a signal; all listeners hear it in the same job. */
function noteHeard(): void {
  heard = true;
  queueMicrotask(() => heard = false);
}

/** Whether the program has heard the signal that is being told of. */
export function hasHeard(): boolean {
  return heard;
}

/** Whether the program has listeners; since this module was loaded. */
export function hasOwnListener(): boolean {
  return own.size > 0;
}

/** {@linkcode hasOwnListener}, with those of `node:process` that were there before. */
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
