/** What cells are used for. */
export const CELL_KIND = {
  LOCK: 1,
  QUEUE: 2,
  PIPE_END: 3,
  R_LOCK: 4,
  SEMAPHORE: 5,
  RW_LOCK: 6,
  CONDITION: 7,
  EVENT: 8,
  BARRIER: 9,
  VALUE: 10,
  BYTES: 11,
  TASKS: 12,
  MANAGER: 13,
  MANAGED: 14,
  /** Of no use yet: the client of a hub is to make something of it. */
  RESERVED: 15,
} as const;

/** Whether such a cell has a channel in it. */
export function hasChannel(kind: number): boolean {
  return kind === CELL_KIND.QUEUE || kind === CELL_KIND.PIPE_END;
}
