/*
 * The first word of a handle says where the cell is: in the memory of the threads of
 * a process, or of the hub if it comes from there; in that of processes; or at the
 * hub, told by a thread to another.
 */
export const IN_THREADS = 0;
export const IN_PROCESSES = 1;
export const AT_HUB = 2;
