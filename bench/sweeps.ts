/** How a figure grows with something, measured by a pair of programs in `cases/`. */
export interface Sweep {
  case: string;
  title: string;
  /** What grows, for people. */
  by: string;
  unit: string;
  /** What a value of it is called on the axis. */
  label: (value: string) => string;
}

/** Every sweep, in the order of the pictures. */
export const SWEEPS: readonly Sweep[] = [
  {
    case: "sweep_message_size",
    title: "Queue, one putting and one getting",
    by: "size of a message",
    unit: "MB/s",
    label: bytes,
  },
  {
    case: "sweep_topology",
    title: "Queue, small messages",
    by: "processes that put → processes that get",
    unit: "messages/s",
    label: (value) => value,
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
  },
  {
    case: "sweep_workers",
    title: "Pool, tiny tasks",
    by: "workers",
    unit: "tasks/s",
    label: (value) => value,
  },
];

function bytes(value: string): string {
  const size = Number(value);
  if (size >= 1_000_000) return `${size / 1_000_000} MB`;
  if (size >= 1_024) return `${size / 1_024} KB`;
  return `${size} B`;
}
