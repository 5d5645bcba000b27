/** How to make a {@linkcode Manager}. */
export interface ManagerOptions {
  /** What it is called in messages. Default: `Manager-N`. */
  name?: string;
}
