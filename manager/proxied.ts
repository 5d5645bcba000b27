/** A class whose objects a manager can have. */
export type ManagedClass = abstract new (...args: never) => object;

/**
 * What stands for an object of your own class in a manager: each of its public methods,
 * which gives a promise here.
 *
 * `using` lets go of the object; so does the collection of what stands for it.
 */
export type Proxied<T> =
  & {
    readonly [
      Name in keyof T as T[Name] extends (...args: never) => unknown
        ? Name extends `_${string}` | symbol ? never : Name
        : never
    ]: T[Name] extends (...args: infer Args) => infer Result
      ? (...args: Args) => Promise<Awaited<Result>>
      : never;
  }
  & Disposable;
