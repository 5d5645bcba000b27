/*
 * An error may arrive before its class can be found here: a main module that awaits
 * at its top level lets nobody have its exports until it is done, and most programs
 * do all they do there; and a module that is meant for workers may never be loaded
 * here. But whoever asks what such an error is an instance of, has the class in hand.
 * So from the first such error on, `instanceof` tells us.
 */

/** The names of the classes that an error lacks, its own first. */
const lacking = new WeakMap<object, readonly string[]>();
let isAsked = false;

/** Lets an error become an instance of its class once somebody asks for it by that class. */
export function awaitClasses(error: Error, names: readonly string[]): void {
  lacking.set(error, names);
  if (isAsked) return;
  isAsked = true;
  const isInstance: (this: unknown, value: unknown) => boolean = Reflect.get(
    Error,
    Symbol.hasInstance,
  );
  const asked = function (this: unknown, value: unknown): boolean {
    return isInstance.call(this, value) || becomeInstance(value, this);
  };
  // Subclasses inherit it. Where a program has frozen its errors, they stay as they are.
  Reflect.defineProperty(Error, Symbol.hasInstance, {
    value: asked,
    configurable: true,
    writable: true,
  });
}

function becomeInstance(error: unknown, errorClass: unknown): boolean {
  const names = lacking.get(error as object);
  if (names === undefined || typeof errorClass !== "function") return false;
  if (!names.includes(errorClass.name)) return false;
  const { prototype } = errorClass;
  const former = Object.getPrototypeOf(error);
  if (
    typeof prototype !== "object" || prototype === null ||
    !Object.prototype.isPrototypeOf.call(former, prototype)
  ) return false;
  Object.setPrototypeOf(error, prototype);
  const left = names.slice(0, names.indexOf(errorClass.name));
  if (left.length === 0) lacking.delete(error as object);
  else lacking.set(error as object, left);
  return true;
}
