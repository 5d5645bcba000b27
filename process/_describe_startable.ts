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
export function describeStartable(
  startable: Startable,
  base: { readonly prototype: Startable },
  target: unknown,
  modules: readonly string[],
): TargetDescription {
  if (startable.run === base.prototype.run) {
    return describeFunction(
      target ?? (() => {}),
      modules,
      `start ${startable.name}`,
    );
  }
  if (target !== undefined) {
    throw new TypeError(
      `Cannot start ${startable.name}: its class overrides run(), so that its target would not run; call what it needs from run()`,
    );
  }
  return describeSubclass(startable.constructor, modules, startable.name);
}
