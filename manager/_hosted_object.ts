import {
  explainReferenceError,
  isClass,
  sourceOf,
  type TargetDescription,
} from "../_internal/launch/mod.ts";
import { kindOfValue } from "../_internal/show_value.ts";
import { findTarget } from "./_find_target.ts";
import { type HostedType, Made, type Method } from "./_hosted.ts";
import { labelOf } from "./_registered.ts";

type Factory = (...args: unknown[]) => unknown;
type Methods = ReadonlyMap<string, Method<object>>;

const found = new Map<string, Promise<Factory>>();
/** Most milliseconds for which objects wait until all that is registered has been found. */
const FIND_MS = 1_000;

const methodsOfClasses = new WeakMap<object, Methods>();

/**
 * Objects of the program's own classes, for others: of those that are registered when
 * the manager starts, and of those that it is told of.
 *
 * @param onClass told of each class that is registered, before there is any object
 */
export function objectType(
  registered: ReadonlyMap<string, TargetDescription>,
  onClass: (ownClass: Factory, name: string) => void,
): HostedType<unknown> {
  let classesTold: Promise<unknown> | undefined;
  const tellClasses = () => {
    const told = Array.from(registered, async ([name, description]) => {
      const found = await find(description);
      if (isClass(sourceOf(found))) onClass(found, name);
    });
    // A module may load for ever, which is nothing to those of others.
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, FIND_MS);
    // It would keep a manager that is to end.
    return Promise.race([Promise.allSettled(told), late])
      .finally(() => clearTimeout(timer));
  };
  return {
    name: "object",
    async create({ args: all }) {
      // The arguments come first, so that messages count them as the caller does.
      const args = all.slice(0, -2);
      const [lookedUp, told] = all.slice(-2) as [
        name: string | undefined,
        told: TargetDescription | undefined,
      ];
      // What was passed as itself may be called as another is registered.
      const description = lookedUp === undefined
        ? told
        : registered.get(lookedUp) ?? told;
      const name = lookedUp ?? (told && labelOf(told));
      if (description === undefined) {
        throw new TypeError(
          `Cannot create ${name}: nothing is registered by that name; call Manager.register() before the manager is made`,
        );
      }
      try {
        const make = await find(description);
        // Its methods may give instances of any. Who asks for one that is not to be
        // found hears of it.
        await (classesTold ??= tellClasses());
        const object = isClass(sourceOf(make))
          ? Reflect.construct(make, args)
          : await make(...args);
        return hostObject(object, name!);
      } catch (error) {
        throw explainReferenceError(error, description);
      }
    },
    find: () => undefined,
  };
}

/**
 * Makes an object callable by others.
 *
 * @throws {TypeError} if it is none
 */
export function hostObject(object: unknown, name: string): Made {
  if (typeof object !== "object" || object === null) {
    throw new TypeError(
      `Cannot create ${name}: it gives ${kindOfValue(object)}, not an object`,
    );
  }
  const methods = methodsOf(object);
  const type: HostedType<object> = {
    name,
    isOwn: true,
    isData: true,
    create: () => object,
    find: (method) => methods.get(method),
    end: dispose,
  };
  return new Made(type as HostedType<unknown>, object);
}

/**
 * The methods that others may call: the functions of its class and of those that it
 * extends, without those of every object, accessors, and names that begin with `_`. Of
 * an object without a class, its own functions.
 */
function methodsOf(object: object): Methods {
  const first = Object.getPrototypeOf(object);
  if (first === null || first === Object.prototype) return functionsIn(object);
  let methods = methodsOfClasses.get(first);
  if (methods === undefined) {
    const all = new Map<string, Method<object>>();
    for (
      let prototype = first;
      prototype !== null && prototype !== Object.prototype;
      prototype = Object.getPrototypeOf(prototype)
    ) {
      for (const [name, method] of functionsIn(prototype)) {
        // The nearest goes first.
        if (!all.has(name)) all.set(name, method);
      }
    }
    methodsOfClasses.set(first, methods = all);
  }
  return methods;
}

function functionsIn(prototype: object): Map<string, Method<object>> {
  const methods = new Map<string, Method<object>>();
  const properties = Object.getOwnPropertyDescriptors(prototype);
  for (const [name, { value }] of Object.entries(properties)) {
    if (typeof value !== "function" || name === "constructor") continue;
    if (name.startsWith("_")) continue;
    methods.set(name, (object, args) => Reflect.apply(value, object, args));
  }
  return methods;
}

function dispose(object: object): unknown {
  const { [Symbol.asyncDispose]: later, [Symbol.dispose]: now } =
    object as Partial<AsyncDisposable & Disposable>;
  return (later ?? now)?.call(object);
}

/** One and the same class for one and the same description. */
async function find(description: TargetDescription): Promise<Factory> {
  const key = JSON.stringify(description);
  let factory = found.get(key);
  if (factory === undefined) {
    factory = findTarget(description);
    found.set(key, factory);
    factory.catch(() => found.delete(key));
  }
  return await factory;
}
