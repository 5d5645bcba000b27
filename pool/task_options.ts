/** How to treat a task. */
export interface TaskOptions {
  /**
   * Milliseconds that it may run, from 0, counted from when its worker begins it, once
   * its module is loaded; 0 and `Infinity` for any time. After that it is stopped.
   * Default: the pool's `taskTimeout`.
   */
  timeout?: number | undefined;
  /** Gives it up when aborted: stops it if it runs. */
  signal?: AbortSignal | undefined;
  /** How often it is begun again if its worker dies, a whole number from 0. Default: the pool's. */
  retries?: number | undefined;
  /**
   * Tasks of higher priority go first, however long others have waited; what has
   * begun is not interrupted. A whole number. Default: 0.
   */
  priority?: number | undefined;
}

/** How to treat a task, and whom to tell. */
export interface ApplyOptions<R> extends TaskOptions {
  /** Called with the result, in the thread that has the pool. */
  callback?: ((result: R) => void) | undefined;
  /** Called with the error, in the thread that has the pool. */
  errorCallback?: ((error: unknown) => void) | undefined;
}

/** How to treat the tasks of a `map`, and whom to tell. */
export interface MapOptions<R> extends ApplyOptions<R[]> {
  /**
   * Items to a task, a whole number from 1. Default: such that each worker gets four tasks;
   * one, where there is a time limit.
   */
  chunkSize?: number | undefined;
  /** `true` shows a bar on stderr; or a function that is told. */
  progress?: boolean | ((progress: Progress) => void) | undefined;
}

/** How to treat the tasks of an `imap`. */
export interface StreamOptions extends TaskOptions {
  /**
   * Items to a task, a whole number from 1. Default: as many as take a few milliseconds,
   * judged by those before; one, of an async iterable, or where there is a time limit.
   * If you say how many, those that come before an error of the iterable, and do not
   * fill a task, are lost with it.
   */
  chunkSize?: number | undefined;
  /** `true` shows a bar on stderr; or a function that is told. */
  progress?: boolean | ((progress: Progress) => void) | undefined;
}

/** How far it is. */
export interface Progress {
  /** Items that are done; also those that have failed, in a `map` with all of their chunk. */
  readonly done: number;
  /** Items that there are, if that is known. */
  readonly total: number | undefined;
  /** Milliseconds since the beginning. */
  readonly elapsed: number;
}
