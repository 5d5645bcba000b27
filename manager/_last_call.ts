import type { KeptRef, ObjectRef } from "./_object_ref.ts";
import { type BaseProxy, refOf } from "./base_proxy.ts";

/**
 * A last call of an object, by which something is given back: it can be made though the
 * proxy has been disposed of meanwhile.
 */
export class LastCall {
  readonly #method: string;
  readonly #of: string;
  readonly #ref: ObjectRef;
  readonly #kept: KeptRef;

  /** Keeps the object until the call is made, or dropped. */
  constructor(proxy: BaseProxy, method: string) {
    this.#method = method;
    this.#ref = refOf(proxy);
    this.#of = this.#ref.label ?? proxy.constructor.name;
    this.#kept = this.#ref.keep();
  }

  /** Makes it. */
  make(...args: readonly unknown[]): Promise<void> {
    const { client } = this.#ref;
    try {
      return client.call(this.#kept, this.#of, this.#method, args);
    } finally {
      this.drop();
    }
  }

  /** There is nothing to give back. */
  drop(): void {
    this.#kept.close();
  }
}
