import type { BaseProxy } from "./base_proxy.ts";

/** A class whose objects a manager can have. */
export type ManagedClass = abstract new (...args: never) => object;

/** What makes objects that a manager can have: their class, or a function. */
export type ManagedMaker =
  | ManagedClass
  | ((...args: never) => object | Promise<object>);

/** The arguments of what makes objects; any if it is not known. */
export type ManagedArgs<Maker extends ManagedMaker> = ManagedClass extends Maker
  ? unknown[]
  : Maker extends ManagedClass ? ConstructorParameters<Maker>
  : Maker extends (...args: infer Args) => unknown ? Args
  : never;

/** The objects of a class, or those that a function gives. */
export type ManagedObject<Maker extends ManagedMaker> = Maker extends
  ManagedClass ? InstanceType<Maker>
  : Maker extends (...args: never) => infer Result ? Awaited<Result>
  : never;

/**
 * What stands for an object of your own class in a manager: each of its public methods,
 * which gives a promise here. Those named `then` and `toJSON` cannot be called.
 *
 * `using` lets go of the object; so does the collection of what stands for it.
 */
export type Proxied<T> =
  & {
    readonly [
      Name in keyof T as T[Name] extends (...args: never) => unknown
        ? Name extends `_${string}` | "then" | "toJSON" | symbol ? never : Name
        : never
    ]: T[Name] extends (...args: infer Args) => infer Result
      ? (...args: Args) => Promise<ProxiedResult<Awaited<Result>, T>>
      : never;
  }
  & BaseProxy;

/**
 * What arrives when a method gives `Result` of an object of a class whose instances are
 * `T`: such instances stay in the manager, so that each is {@linkcode Proxied} here, also
 * in an array. Those that lie deeper are, too, but their type says the class.
 */
export type ProxiedResult<Result, T> = 0 extends 1 & Result ? Result
  : Result extends readonly unknown[]
    ? { [Index in keyof Result]: ProxiedInstance<Result[Index], T> }
  : ProxiedInstance<Result, T>;

/** The same as {@linkcode ProxiedResult} of what is no array, or stands in one. */
export type ProxiedInstance<Result, T> = 0 extends 1 & Result ? Result
  : Result extends readonly unknown[] ? Result
  : Result extends object ? Result extends T ? Proxied<Result> : Result
  : Result;
