import {
  describeFunction,
  describeSubclass,
  type TargetDescription,
} from "../_internal/launch/mod.ts";

/** A process or thread that is about to start. */
export interface Runnable {
  readonly name: string;
  run(): unknown;
}

/** A class whose objects are started. */
export interface Base {
  readonly prototype: Runnable;
}

/** Whether the class of a process or thread has a `run` of its own. */
export function overridesRun(startable: Runnable, base: Base): boolean {
  return startable.run !== base.prototype.run;
}

/**
 * Describes what a process or thread is to run: its own `run`, if its class
 * overrides that of the base class, which calls the target; else its target.
 */
export function describeStartable(
  startable: Runnable,
  base: Base,
  target: unknown,
  modules: readonly string[],
): TargetDescription {
  const { name, constructor } = startable;
  const describe = (called: unknown) =>
    describeFunction(called, modules, `start ${name}`);
  if (!overridesRun(startable, base)) return describe(target ?? (() => {}));
  const called = target === undefined ? {} : { target: describe(target) };
  return { ...describeSubclass(constructor, modules, name), ...called };
}
