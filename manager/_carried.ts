import { checkCargo } from "../_internal/channel/mod.ts";
import { holdingOf } from "../_internal/handles/mod.ts";

/**
 * Checks that a message of this program can carry what is in it, before it is sent.
 *
 * @throws {RangeError} if it is too much
 */
export function checkCarried(handles: readonly object[]): void {
  if (handles.length === 0) return;
  // Proxies are made of what has a cell, and have none.
  checkCargo(
    handles.filter((handle) => holdingOf(handle) !== undefined).length,
  );
}
