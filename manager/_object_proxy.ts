import { call, proxyClass } from "./_proxy_calls.ts";
import { wrap } from "./_making.ts";
import { BaseProxy, refOf } from "./base_proxy.ts";

type Calling = (...args: unknown[]) => Promise<unknown>;

/** Stands for an object of a class of the program: every name is a method. */
export class ObjectProxy extends BaseProxy {
  static {
    proxyClass("ObjectProxy", import.meta.url, ObjectProxy);
  }

  /** Makes what stands for itself. */
  constructor() {
    super();
    refOf(this).label ??= "object";
    const methods = new Map<string, Calling>();
    const wrapper: ObjectProxy = new Proxy<ObjectProxy>(this, {
      get(target, key) {
        if (typeof key === "symbol") return Reflect.get(target, key);
        // It must not be taken for a promise; and in JSON it is what every proxy is.
        if (key === "then" || key === "toJSON") return undefined;
        let method = methods.get(key);
        if (method === undefined) {
          method = (...args) => call(wrapper, key, args);
          methods.set(key, method);
        }
        return method;
      },
      set(_target, key) {
        throw new TypeError(
          `Cannot set ${
            String(key)
          }: only methods of a managed object can be used`,
        );
      },
    });
    wrap(refOf(this), wrapper);
    return wrapper;
  }
}
