/** Holds a lock until it is released or disposed of. */
export interface LockGuard extends Disposable {
  /**
   * Whether the previous holder died while it held the lock, so that what the
   * lock protects may be half-changed.
   */
  readonly abandoned: boolean;
  /** Releases the lock. Does nothing the second time. */
  release(): void;
}
