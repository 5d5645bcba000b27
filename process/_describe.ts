import {
  describeFunction,
  describeSubclass,
  type TargetDescription,
} from "../_internal/launch/mod.ts";

/** A process or thread that is about to start. */
interface Startable {
  readonly name: string;
  run(): unknown;
}

/**
 * Describes what a process or thread is to run: its own `run`, if its class
 * overrides that of the base class, else its target.
 */
export function describe(
  startable: Startable,
  base: { readonly prototype: Startable },
  target: unknown,
  modules: readonly string[],
): TargetDescription {
  return startable.run === base.prototype.run
    ? describeFunction(target, modules, startable.name)
    : describeSubclass(startable.constructor, modules, startable.name);
}
