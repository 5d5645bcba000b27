/** How a figure grows with something, measured by a pair of programs in `cases/`. */
export interface Sweep {
  case: string;
  title: string;
  /** What grows, for people. */
  by: string;
  /** What there is by the second: more is better. */
  unit: string;
  /** What a value of it is called on the axis. */
  label: (value: string) => string;
  /** Why its lines go as they do. It stands below the picture. */
  why: string;
}

/** Every sweep, in the order of the pictures. */
export const SWEEPS: readonly Sweep[] = [
  {
    case: "sweep_message_size",
    title: "Queue, one putting and one getting",
    by: "size of a message",
    unit: "MB/s",
    label: bytes,
    why:
      "A small message costs the same whatever is in it, so the megabytes grow with its size. From 16 KiB on it has a block of memory of its own, into which it is copied once, and out of which once: then the machine's memory is the limit. CPython's goes through a pipe, 64 KiB at a time.",
  },
  {
    case: "sweep_topology",
    title: "Queue, small messages",
    by: "processes that put → processes that get",
    unit: "messages/s",
    label: (value) => value,
    why:
      "All who put write one log, one after the other, and all who get read it so: more of them bring no more messages, but take the processors from each other and have to be woken. So one that puts and one that gets are fastest.",
  },
  {
    case: "sweep_task_size",
    title: "Pool of two",
    by: "how long a task computes",
    unit: "tasks/s",
    label: (value) =>
      value === "0"
        ? "nothing"
        : Number(value) < 1
        ? `${Number(value) * 1_000} µs`
        : `${value} ms`,
    why:
      "What a task costs besides its own work shows as long as that takes some microseconds. Where both workers are at it, our pool leaves them the processors: it sends some milliseconds of work ahead, and looks for results once a millisecond. From a millisecond on the work is all that counts: two processors do two at a time, in any pool.",
  },
  {
    case: "sweep_task_bytes",
    title: "Pool of two, bytes in and their number back",
    by: "bytes that a task carries",
    unit: "MB/s",
    label: bytes,
    why:
      "The bytes are copied once into memory that the worker maps, and once out of it; up to some kilobytes a task costs more than what it carries.",
  },
  {
    case: "sweep_workers",
    title: "Pool, tiny tasks",
    by: "workers",
    unit: "tasks/s",
    label: (value) => value,
    why:
      "A tiny task is over sooner than it is sent, so one program cannot keep more than one or two workers busy. Those that wait for more sleep, and have to be woken; with more workers than processors they also take turns.",
  },
];

function bytes(value: string): string {
  const size = Number(value);
  if (size >= 1_000_000) return `${size / 1_000_000} MB`;
  if (size >= 1_024) return `${size / 1_024} KB`;
  return `${size} B`;
}
