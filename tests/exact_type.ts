type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends
  (<T>() => T extends B ? 1 : 2) ? true : false;

/** Compiles only if the type of the value is just this one. */
export function is<Expected>() {
  return <Actual>(
    _: Actual,
    ..._same: Equal<Actual, Expected> extends true ? [] : [never]
  ) => {};
}
