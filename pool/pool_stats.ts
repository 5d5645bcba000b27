/** Milliseconds below which so many of all lie, to within a tenth. */
export interface Percentiles {
  /** Half of them. */
  readonly p50: number;
  /** 95 of 100. */
  readonly p95: number;
  /** 99 of 100. */
  readonly p99: number;
}

/** What a worker of a pool has done. */
export interface WorkerStats {
  /** Its name. */
  readonly name: string;
  /** Its process id; nothing for a thread. */
  readonly pid: number | undefined;
  /** Tasks that it has done. */
  readonly tasks: number;
  /**
   * Milliseconds that it has run tasks; of short ones estimated by samples, of a long
   * one among these to within a few milliseconds.
   */
  readonly busy: number;
  /** Milliseconds since it was started that it has not. */
  readonly idle: number;
}

/** What a pool has done. A chunk of items counts as one task. */
export interface PoolStats {
  /** Tasks that are not begun: they wait for a worker, or behind others in one. */
  readonly queued: number;
  /** Tasks that are begun, or will be as soon as their worker is up. */
  readonly running: number;
  /** Tasks that gave a result. */
  readonly done: number;
  /** Tasks that gave an error, or were given up. */
  readonly failed: number;
  /** How often a task was begun again after its worker died. */
  readonly retried: number;
  /** The workers there are. */
  readonly workers: readonly WorkerStats[];
  /** From submission until a worker begins it; of short tasks, samples. */
  readonly queueWait: Percentiles;
  /** How long tasks run; of short ones, samples. */
  readonly runTime: Percentiles;
  /** Bytes of messages to workers. */
  readonly bytesSent: number;
  /** Bytes of messages from workers. */
  readonly bytesReceived: number;
}
