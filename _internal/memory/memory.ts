/** Words and bytes that several threads or processes see, and ways to sleep on a word. */
export interface Memory {
  /** How far it reaches. */
  readonly reach: "thread" | "process";
  /** The control area. */
  readonly words: Int32Array;
  /** Id of this isolate among the participants. */
  self: number;
  /** Whether this isolate may be taken for dead and go on: a thread may. */
  readonly outlives?: boolean;
  /** A view of the data area; only valid while its block is ours. */
  bytes(unit: number, byteLength: number): Uint8Array;
  /** The same as {@linkcode bytes}, as words. */
  dataWords(unit: number, length: number): Int32Array;
  /** A buffer of these bytes and no others, where there can be such. */
  ownBuffer?(unit: number, byteLength: number): ArrayBuffer;
  /**
   * Makes sure that units up to `unit` can be viewed.
   *
   * @returns `false` if there is no more memory
   */
  grow(unit: number): boolean;
  /** Gives the physical memory of free units back, if it can. */
  discard(unit: number, units: number): boolean;
  /** Blocks until `word` is not `expected`, somebody wakes it, or `ms` are over. */
  sleepSync(word: number, expected: number, ms: number): void;
  /** The same, without blocking or an end. May resolve early; keeps the program alive if it must. */
  sleep(word: number, expected: number): Promise<void>;
  /** Whether a pending {@linkcode sleep} keeps the program alive. */
  readonly sleepHoldsProgram: boolean;
  /** Wakes sleepers of a word. */
  wake(word: number, count: number): void;
  /** Asks whoever knows whether the process or thread in a slot still runs. */
  probe(slot: number): boolean;
  /** Pipes to sleep on, where there are such. */
  readonly doorbell?: Doorbell;
}

/**
 * Pipes to sleep on, one for each participant. The kernel runs a reader at once
 * where its writer is about to sleep, which a word does not get; and an event
 * loop can listen to a pipe.
 */
export interface Doorbell {
  /** Whether this isolate has a pipe; makes it the first time. */
  prepare(): boolean;
  /** Blocks until somebody rings, or `ms` are over. */
  sleepSync(ms: number): void;
  /** Calls `rung` from the event loop whenever somebody rings. */
  listen(rung: () => void): Promise<void>;
  /** Rings the pipe of the participant in a slot. */
  ring(slot: number): void;
  /** Forgets the pipes of those who have ended. */
  tidy(): void;
  /** Forgets the pipes of all others. */
  close(): void;
}
