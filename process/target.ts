/** A function of a module that the child imports by itself. Made by `fromModule`. */
export interface ModuleTarget<A extends unknown[], R> {
  /**
   * What the function takes and gives. Only types know it; by it they refuse other
   * objects, too.
   */
  readonly signature: (...args: A) => R;
}

/**
 * What can run in a child:
 *
 * - an exported function of the calling module or of the main module; if it has
 *   another name than its export, {@linkcode fromModule} may have to name it;
 * - an inline function that uses only its parameters and globals;
 * - a function of the runtime, as `console.log`;
 * - a function of another module, by {@linkcode fromModule}.
 *
 * @see [fromModule](./from_module.ts)
 */
export type Target<A extends unknown[], R = unknown> =
  | ((...args: A) => R)
  | ModuleTarget<A, R>;
