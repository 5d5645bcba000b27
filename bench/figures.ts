/** What a figure must reach: itself, or its ratio to what it is compared with. */
export interface Requirement {
  of: "figure" | "ratio";
  bound: "≤" | "<" | "≥";
  value: number;
}

/** A row of the result: one figure of ours, and what it is compared with. */
export interface Figure {
  /** The pair of programs in `cases/` that measures it. */
  case: string;
  /** What it is, for people. */
  title: string;
  unit: string;
  /** The name our program reports it by. */
  ours: string;
  /**
   * The name of the other figure, and which program reports it; of peers, what stands in their
   * names behind a comma, if anything: of those the best counts.
   */
  other: { by: "ours" | "python" | "peers"; name: string; title: string };
  requirement?: Requirement;
}

/** Cases whose samples take long: fewer rounds do. */
export const MAX_ROUNDS: Record<string, number> = {
  idle_child: 2,
  pool_stream: 1,
  overheads: 1,
};

const BEST_PEER: Figure["other"] = { by: "peers", name: "", title: "" };
/** Two Deno processes that write to each other, without this library. */
const BARE_SOCKET: Figure["other"] = {
  by: "ours",
  name: "socket",
  title: "socket",
};
/** Of peers that run tasks in processes. */
const BEST_OF_PROCESSES: Figure["other"] = {
  by: "peers",
  name: "processes",
  title: "",
};

/** Of peers that get a chunk of items by each call. */
const BEST_OF_CHUNKS: Figure["other"] = {
  by: "peers",
  name: "chunks",
  title: "",
};

/** A row of the table that shows what all pools do, side by side. */
export interface PoolCase {
  case: string;
  title: string;
  unit: string;
  /** What stands in the names of the peers behind a comma, if anything. */
  peers?: string;
}

export const POOL_CASES: readonly PoolCase[] = [
  { case: "pool_tiny_tasks", title: "20,000 tiny tasks", unit: "tasks/s" },
  { case: "pool_apply", title: "one awaited call", unit: "µs" },
  { case: "pool_map", title: "`map` over 200,000 numbers", unit: "numbers/s" },
  {
    case: "pool_map",
    title: "the same, others by hand in chunks",
    unit: "numbers/s",
    peers: "chunks",
  },
  { case: "pool_cpu", title: "tasks that compute", unit: "tasks/s" },
  { case: "pool_start", title: "start to first result", unit: "ms" },
];

/** Every figure, in the order of the table. */
export const FIGURES: readonly Figure[] = [
  {
    case: "start_join",
    title: "start and join an empty process",
    unit: "ms",
    ours: "process",
    other: python("process"),
    requirement: ratio("≤", 0.5),
  },
  {
    case: "start_join",
    title: "start and join, beside `deno run` of an empty module",
    unit: "ms",
    ours: "process",
    other: { by: "ours", name: "denoRun", title: "`deno run`" },
    requirement: ratio("≤", 1.6),
  },
  {
    case: "start_join_process",
    title: "start and join, importing `/process` only",
    unit: "ms",
    ours: "process",
    other: { by: "ours", name: "denoRun", title: "`deno run`" },
    requirement: ratio("≤", 1.6),
  },
  {
    case: "pipe_hot",
    title: "pipe round trip, `await`",
    unit: "µs",
    ours: "await",
    other: python("round_trip"),
    requirement: ratio("≤", 1 / 8),
  },
  {
    case: "pipe_hot",
    title: "pipe round trip, `Sync`",
    unit: "µs",
    ours: "sync",
    other: python("round_trip"),
    requirement: ratio("≤", 1 / 8),
  },
  {
    case: "pipe_parked",
    title: "pipe round trip every 5 ms, `await`",
    unit: "µs",
    ours: "await",
    other: python("round_trip"),
    requirement: ratio("≤", 1.3),
  },
  {
    case: "pipe_parked",
    title: "pipe round trip every 5 ms, `Sync`",
    unit: "µs",
    ours: "sync",
    other: python("round_trip"),
    requirement: ratio("≤", 1.3),
  },
  {
    case: "pipe_parked",
    title: "pipe every 5 ms, beside a bare Unix socket of Deno's",
    unit: "µs",
    ours: "await",
    other: BARE_SOCKET,
  },
  {
    case: "queue_1_1",
    title: "queue, 1 putting and 1 getting",
    unit: "messages/s",
    ours: "messages",
    other: python("messages"),
    requirement: ratio("≥", 5),
  },
  {
    case: "queue_2_2",
    title: "queue, 2 putting and 2 getting",
    unit: "messages/s",
    ours: "messages",
    other: python("messages"),
    requirement: ratio("≥", 5),
  },
  {
    case: "queue_array",
    title: "queue, 100 MB `Float64Array`",
    unit: "MB/s",
    ours: "array",
    other: { by: "python", name: "array", title: "`array('d')`" },
    requirement: ratio("≥", 3),
  },
  {
    case: "queue_array",
    title: "queue, 100 MB, beside `bytes`",
    unit: "MB/s",
    ours: "array",
    other: { by: "python", name: "bytes", title: "`bytes`" },
    requirement: ratio("≥", 3),
  },
  {
    case: "lock_free",
    title: "lock nobody else wants, `await`",
    unit: "µs",
    ours: "await",
    other: python("pair"),
    requirement: { of: "figure", bound: "≤", value: 1 },
  },
  {
    case: "lock_free",
    title: "lock nobody else wants, `Sync`",
    unit: "µs",
    ours: "sync",
    other: python("pair"),
    requirement: { of: "figure", bound: "≤", value: 0.2 },
  },
  {
    case: "lock_contended",
    title: "lock 2 processes want, `await`",
    unit: "pairs/s",
    ours: "await",
    other: python("pairs"),
    requirement: ratio("≥", 1),
  },
  {
    case: "lock_contended",
    title: "lock 2 processes want, `Sync`",
    unit: "pairs/s",
    ours: "sync",
    other: python("pairs"),
    requirement: ratio("≥", 1),
  },
  {
    case: "semaphore_free",
    title: "permit nobody else wants, `await`",
    unit: "µs",
    ours: "await",
    other: python("pair"),
    requirement: { of: "figure", bound: "≤", value: 1 },
  },
  {
    case: "semaphore_free",
    title: "permit nobody else wants, `Sync`",
    unit: "µs",
    ours: "sync",
    other: python("pair"),
    requirement: { of: "figure", bound: "≤", value: 0.2 },
  },
  {
    case: "rlock_free",
    title: "reentrant lock nobody else wants, `await`",
    unit: "µs",
    ours: "await",
    other: python("pair"),
    requirement: { of: "figure", bound: "≤", value: 1 },
  },
  {
    case: "rlock_free",
    title: "reentrant lock nobody else wants, `Sync`",
    unit: "µs",
    ours: "sync",
    other: python("pair"),
    requirement: { of: "figure", bound: "≤", value: 0.2 },
  },
  {
    case: "manager_set",
    title: "`set` in a manager's dictionary, awaited",
    unit: "µs",
    ours: "set",
    other: python("set"),
    requirement: ratio("≤", 0.25),
  },
  {
    case: "manager_set",
    title: "`set` in a manager's dictionary, 10,000 under way",
    unit: "sets/s",
    ours: "sets",
    other: python("sets"),
    requirement: ratio("≥", 10),
  },
  {
    case: "manager_set",
    title: "100,000 numbers of a manager's list",
    unit: "ms",
    ours: "read",
    other: python("read"),
    requirement: ratio("≤", 1),
  },
  {
    case: "semaphore_contended",
    title: "permit 2 processes want, `await`",
    unit: "pairs/s",
    ours: "await",
    other: python("pairs"),
    requirement: ratio("≥", 1),
  },
  {
    case: "semaphore_contended",
    title: "permit 2 processes want, `Sync`",
    unit: "pairs/s",
    ours: "sync",
    other: python("pairs"),
    requirement: ratio("≥", 1),
  },
  {
    case: "value_free",
    title: "add to a value nobody else uses",
    unit: "µs",
    ours: "add",
    other: python("add"),
    requirement: ratio("≤", 0.5),
  },
  {
    case: "value_contended",
    title: "add to a value, 2 processes",
    unit: "adds/s",
    ours: "adds",
    other: python("adds"),
    requirement: ratio("≥", 2),
  },
  {
    case: "condition_ping_pong",
    title: "two processes that notify each other, `await`",
    unit: "turns/s",
    ours: "await",
    other: python("turns"),
    requirement: ratio("≥", 1),
  },
  {
    case: "condition_ping_pong",
    title: "two processes that notify each other, `Sync`",
    unit: "turns/s",
    ours: "sync",
    other: python("turns"),
    requirement: ratio("≥", 1),
  },
  {
    case: "barrier_rounds",
    title: "two processes that meet at a barrier, `await`",
    unit: "rounds/s",
    ours: "await",
    other: python("rounds"),
    requirement: ratio("≥", 1),
  },
  {
    case: "barrier_rounds",
    title: "two processes that meet at a barrier, `Sync`",
    unit: "rounds/s",
    ours: "sync",
    other: python("rounds"),
    requirement: ratio("≥", 1),
  },
  {
    case: "idle_child",
    title: "memory of an idle child over a bare one",
    unit: "MB",
    ours: "memory",
    other: python("memory"),
    requirement: { of: "figure", bound: "≤", value: 12 },
  },
  {
    case: "idle_child",
    title: "CPU of 10 idle children, of one core",
    unit: "%",
    ours: "cpu",
    other: python("cpu"),
    requirement: { of: "figure", bound: "<", value: 0.5 },
  },
  {
    case: "pool_tiny_tasks",
    title: "pool, 20,000 tiny tasks one by one",
    unit: "tasks/s",
    ours: "pool",
    other: BEST_PEER,
    requirement: ratio("≥", 5),
  },
  {
    case: "pool_tiny_tasks",
    title: "pool, tiny tasks, beside CPython",
    unit: "tasks/s",
    ours: "pool",
    other: python("pool"),
    requirement: ratio("≥", 5),
  },
  {
    case: "pool_apply",
    title: "pool, one awaited `apply`",
    unit: "µs",
    ours: "pool",
    other: BEST_PEER,
    requirement: ratio("≤", 1 / 4),
  },
  {
    case: "pool_apply",
    title: "pool, one awaited `apply`, beside CPython",
    unit: "µs",
    ours: "pool",
    other: python("pool"),
    requirement: ratio("≤", 1 / 10),
  },
  {
    case: "pool_map",
    title: "pool, `map` over 200,000 numbers",
    unit: "numbers/s",
    ours: "pool",
    other: python("pool"),
    requirement: ratio("≥", 1.5),
  },
  {
    case: "pool_map",
    title: "pool, `map`, beside a call for each number",
    unit: "numbers/s",
    ours: "pool",
    other: BEST_PEER,
  },
  {
    case: "pool_map",
    title: "pool, `map`, beside calls with chunks cut by hand",
    unit: "numbers/s",
    ours: "pool",
    other: BEST_OF_CHUNKS,
  },
  {
    case: "pool_stream",
    title: "pool, `imapUnordered` over 10 million",
    unit: "items/s",
    ours: "pool",
    other: python("pool"),
  },
  {
    case: "pool_stream",
    title: "pool, `imapUnordered`, beside chunks of 1000",
    unit: "items/s",
    ours: "pool",
    other: { by: "python", name: "chunked", title: "chunks" },
  },
  {
    case: "pool_stream",
    title: "memory of all 3 processes at its end",
    unit: "MB",
    ours: "memory",
    other: { by: "ours", name: "memoryFirst", title: "after a million" },
    requirement: ratio("≤", 1.5),
  },
  {
    case: "pool_cpu",
    title: "pool of 2, tasks that compute",
    unit: "tasks/s",
    ours: "pool",
    other: { by: "ours", name: "serial", title: "one by one" },
    requirement: ratio("≥", 1.9),
  },
  {
    case: "pool_cpu",
    title: "pool of 2, tasks that compute, beside other pools",
    unit: "tasks/s",
    ours: "pool",
    other: BEST_PEER,
  },
  {
    case: "pool_start",
    title: "pool, from its start to the first result",
    unit: "ms",
    ours: "pool",
    other: BEST_PEER,
    requirement: ratio("≤", 1),
  },
  {
    case: "pool_start",
    title: "`ThreadPool`, from its start to the first result",
    unit: "ms",
    ours: "threads",
    other: BEST_PEER,
    requirement: ratio("≤", 1),
  },
  {
    case: "pool_start",
    title: "`ThreadPool`, start to first result, tasks in a module",
    unit: "ms",
    ours: "threadsAlone",
    other: BEST_PEER,
    requirement: ratio("≤", 1),
  },
  {
    case: "pool_start",
    title: "pool, start to first result, beside pools of processes",
    unit: "ms",
    ours: "poolAlone",
    other: BEST_OF_PROCESSES,
    requirement: ratio("≤", 1),
  },
  {
    case: "pipe_hot@hub",
    title: "without FFI: pipe round trip",
    unit: "µs",
    ours: "await",
    other: python("round_trip"),
    requirement: ratio("≤", 2),
  },
  {
    case: "pipe_hot@hub",
    title: "without FFI: pipe, beside a bare Unix socket of Deno's",
    unit: "µs",
    ours: "await",
    other: BARE_SOCKET,
  },
  {
    case: "queue_1_1@hub",
    title: "without FFI: queue, 1 putting and 1 getting",
    unit: "messages/s",
    ours: "messages",
    other: python("messages"),
    requirement: ratio("≥", 1),
  },
  {
    case: "queue_2_2@hub",
    title: "without FFI: queue, 2 putting and 2 getting",
    unit: "messages/s",
    ours: "messages",
    other: python("messages"),
    requirement: ratio("≥", 1),
  },
  {
    case: "pool_tiny_tasks@hub",
    title: "without FFI: pool, 20,000 tiny tasks one by one",
    unit: "tasks/s",
    ours: "pool",
    other: BEST_PEER,
    requirement: ratio("≥", 1),
  },
  {
    case: "pool_tiny_tasks@hub",
    title: "without FFI: pool, tiny tasks, beside pools of processes",
    unit: "tasks/s",
    ours: "pool",
    other: BEST_OF_PROCESSES,
    requirement: ratio("≥", 1),
  },
  {
    case: "pool_tiny_tasks@hub",
    title: "without FFI: `ThreadPool`, 20,000 tiny tasks",
    unit: "tasks/s",
    ours: "threads",
    other: BEST_PEER,
    requirement: ratio("≥", 1),
  },
  {
    case: "pool_map@hub",
    title: "without FFI: pool, `map` over 200,000 numbers",
    unit: "numbers/s",
    ours: "pool",
    other: python("pool"),
    requirement: ratio("≥", 1),
  },
];

function python(name: string): Figure["other"] {
  return { by: "python", name, title: "" };
}

function ratio(bound: Requirement["bound"], value: number): Requirement {
  return { of: "ratio", bound, value };
}
