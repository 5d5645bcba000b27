import { HANDLE, type HandleDescription } from "../_internal/codec/mod.ts";
import type { Destination } from "../_internal/handles/mod.ts";
import { isClassOfRuntime } from "../_internal/launch/mod.ts";
import type { Desk } from "./_desk.ts";
import { Hosted, type Made } from "./_hosted.ts";
import { hostObject } from "./_hosted_object.ts";
import { LocalRef } from "./_local_ref.ts";
import type { LocalServer } from "./_local_server.ts";

const MODULE = new URL("./_object_proxy.ts", import.meta.url).href;

/**
 * Lets instances of the program's own classes, those that are registered and those that
 * a manager has made objects of, stay there when they are returned, also inside other
 * values: what arrives stands for them.
 */
export class ReturnedObjects {
  readonly #desk: Desk;
  readonly #server: LocalServer;
  readonly #hosted = new WeakMap<object, Hosted>();

  constructor(desk: Desk, server: LocalServer) {
    this.#desk = desk;
    this.#server = server;
  }

  /** Notes an object that was made. */
  readonly made = (hosted: Hosted): void => {
    const { object, type } = hosted;
    if (type?.isOwn !== true) return;
    const former = this.#hosted.get(object as object);
    if (former === undefined) this.#hosted.set(object as object, hosted);
    else hosted.isSameAs(former);
    this.#mark(Object.getPrototypeOf(object), type.name);
  };

  /** Lets instances of a class stay here that is registered by that name. */
  readonly keep = (ownClass: { prototype: object }, name: string): void =>
    this.#mark(ownClass.prototype, name);

  #mark(prototype: object | null, name: string): void {
    // Others use the classes of the runtime, too, and their instances are copied.
    if (
      prototype === null || isClassOfRuntime(prototype.constructor) ||
      Object.hasOwn(prototype, HANDLE)
    ) return;
    const describe = (instance: object, to: Destination) =>
      this.#describe(instance, name, to);
    Object.defineProperty(prototype, HANDLE, {
      value(this: object, to: Destination): HandleDescription {
        return describe(this, to);
      },
    });
  }

  #describe(
    instance: object,
    name: string,
    to: Destination,
  ): HandleDescription {
    let hosted = this.#hosted.get(instance);
    if (hosted === undefined) {
      const { type, object }: Made = hostObject(instance, name);
      hosted = new Hosted();
      // Who has returned it may go on using it, so it is not ours to end.
      hosted.made({ ...type, end: undefined }, object);
      this.#hosted.set(instance, hosted);
    }
    const ref = new LocalRef(this.#desk);
    ref.label = hosted.type?.name;
    this.#server.add(ref.target, hosted);
    return { kind: "ObjectProxy", module: MODULE, ...ref.describe(to) };
  }
}
