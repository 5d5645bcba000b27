import { show } from "../_internal/handles/mod.ts";
import { refOfWrapper, takeRef } from "./_making.ts";
import type { ObjectRef } from "./_object_ref.ts";

/** What a proxy refers to, for the classes that extend it. */
export let refOf: (proxy: BaseProxy) => ObjectRef;

/**
 * Stands for an object of a {@linkcode Manager}: its methods run there.
 *
 * A proxy can be handed to anybody in the program, and put into managed containers:
 * it refers to the same object there. The object lives as long as anybody refers to
 * it and its manager runs.
 *
 * Calls are sent at once, so many can be under way: await only what you need. Those of
 * one client on one object begin in the order in which they were made; nothing is said
 * of calls on different objects. When the manager ends, however it does, every call that
 * has not been answered rejects within a second, and so does every later one.
 *
 * A `timeout` or an aborted `signal` asks the manager to give a call up, and the promise
 * rejects when it answers: not while it computes, or its machine is out of reach.
 *
 * @example
 * ```ts
 * import { BaseProxy, Manager } from "@parallel/multiprocessing/manager";
 * import { assert } from "@std/assert";
 *
 * await using manager = new Manager();
 * using dict = manager.dict();
 * assert(dict instanceof BaseProxy);
 * ```
 */
export abstract class BaseProxy implements Disposable {
  static {
    refOf = (proxy) => #ref in proxy ? proxy.#ref : refOfWrapper(proxy);
    show(BaseProxy, (proxy) => ({ manager: refOf(proxy).client.name }));
  }

  readonly #ref: ObjectRef;

  /** Managers make proxies. */
  constructor() {
    this.#ref = takeRef(new.target.name);
    this.#ref.proxy = new WeakRef(this);
  }

  /**
   * Lets go of the object, for this process or thread. Nobody needs to: a proxy that
   * is collected does so, too. Calls that are under way are still done, and guards
   * still release what they hold.
   */
  [Symbol.dispose](): void {
    refOf(this).close();
  }

  /** What it is as text, without asking the manager: `[DictProxy of Manager-1]`. */
  [Symbol.toPrimitive](): string {
    const { label = this.constructor.name, client } = refOf(this);
    return `[${label} of ${client.name}]`;
  }
}
