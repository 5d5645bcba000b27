import type { ObjectRef } from "./_object_ref.ts";

let making: ObjectRef | undefined;
const wrappers = new WeakMap<object, ObjectRef>();

/** Makes a proxy for what it is to refer to; or gives the one that there is. */
export function proxyFor<T extends object>(
  ref: ObjectRef,
  proxyClass: new () => T,
): T {
  const known = ref.proxy?.deref();
  if (known instanceof proxyClass) return known;
  making = ref;
  try {
    return new proxyClass();
  } finally {
    making = undefined;
  }
}

/** What the proxy under construction is to refer to. */
export function takeRef(name: string): ObjectRef {
  const ref = making;
  making = undefined;
  if (ref === undefined) {
    throw new TypeError(
      `Cannot construct ${name}: a manager makes proxies; call a method of it`,
    );
  }
  return ref;
}

/** Lets another object stand for a proxy. */
export function wrap(ref: ObjectRef, wrapper: object): void {
  wrappers.set(wrapper, ref);
  ref.proxy = new WeakRef(wrapper);
}

/** What an object refers to that stands for a proxy. */
export function refOfWrapper(wrapper: object): ObjectRef {
  const ref = wrappers.get(wrapper);
  if (ref !== undefined) return ref;
  throw new TypeError("Cannot use proxy: it is none");
}
