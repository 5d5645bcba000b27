import type { Memory } from "../_internal/memory/mod.ts";
import type { WaitOptions } from "../_internal/parking/mod.ts";

/** What stands between a connection and its socket, for who is in the same isolate. */
export interface LocalBridge {
  /** Looks whether something has been sent, or the end closed. */
  sent(): void;
  /** Looks whether there is room for what has come, as something was received. */
  received(): void;
  /**
   * Waits until everything sent so far is with the operating system, or the wait
   * is over, or there is nobody to receive it.
   */
  flush(wait?: WaitOptions): Promise<void>;
  /** From now on, others than this isolate use the connection. */
  attend(): void;
}

/** Milliseconds after which a bridge looks, though nobody has told it to. */
const TICK_MS = 950;

/** By the cell of the connection's end. */
const bridges = new Map<Memory, Map<number, LocalBridge>>();
let timer: ReturnType<typeof setInterval> | undefined;

/** The bridge of this isolate for an end, if the socket is here. */
export function bridgeAt(
  memory: Memory,
  cell: number,
): LocalBridge | undefined {
  return bridges.get(memory)?.get(cell);
}

/** Makes a bridge known. */
export function addBridge(
  memory: Memory,
  cell: number,
  bridge: LocalBridge,
): void {
  let cells = bridges.get(memory);
  if (cells === undefined) bridges.set(memory, cells = new Map());
  cells.set(cell, bridge);
  // An end that is collected, or whose holder dies, tells nobody.
  timer ??= setInterval(lookAll, TICK_MS);
  Deno.unrefTimer(timer);
}

/** Forgets a bridge. */
export function removeBridge(memory: Memory, cell: number): void {
  const cells = bridges.get(memory);
  if (!cells?.delete(cell) || cells.size > 0) return;
  bridges.delete(memory);
  if (bridges.size > 0) return;
  clearInterval(timer);
  timer = undefined;
}

function lookAll(): void {
  for (const cells of bridges.values()) {
    for (const bridge of [...cells.values()]) {
      bridge.received();
      bridge.sent();
    }
  }
}
