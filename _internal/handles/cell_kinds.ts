/** What cells are used for. */
export const CELL_KIND = { LOCK: 1, QUEUE: 2, PIPE_END: 3 } as const;

/** Whether such a cell has a channel in it. */
export function hasChannel(kind: number): boolean {
  return kind === CELL_KIND.QUEUE || kind === CELL_KIND.PIPE_END;
}
