const INSPECT = Symbol.for("Deno.customInspect");

/** Whether the state of an object is not here. */
let isAtHub: (object: object) => boolean = () => false;

/** Says which objects do not have their state here. */
export function showNot(isElsewhere: (object: object) => boolean): void {
  isAtHub = isElsewhere;
}

/**
 * Lets `console.log` show the state of objects of a class, which is in private fields
 * and in shared memory: `Lock { locked: true }`.
 *
 * @param fieldsOf what to show; may throw if the object is closed
 */
export function show<T extends object>(
  { prototype }: { readonly prototype: T },
  fieldsOf: (object: T) => object,
): void {
  Object.defineProperty(prototype, INSPECT, {
    value(
      this: T,
      inspect: typeof Deno.inspect,
      options: Deno.InspectOptions,
    ): string {
      const name = this.constructor.name;
      // To ask would block the thread.
      if (isAtHub(this)) return `${name} { at: "a hub" }`;
      return `${name} ${inspect(fieldsOrClosed(this, fieldsOf), options)}`;
    },
  });
}

function fieldsOrClosed<T extends object>(
  object: T,
  fieldsOf: (object: T) => object,
): object {
  try {
    // What a subclass has of its own is shown, too.
    return { ...fieldsOf(object), ...object };
  } catch {
    return { closed: true };
  }
}
