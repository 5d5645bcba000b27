import type { Whereabouts } from "./own_exports.ts";

/**
 * What a child is told about the function it is to run; plain data.
 *
 * - `"export"`: a function that has a name of its own, or is known to be
 *   exported. The child looks for it among the exports of the modules, and runs
 *   its source where it is not found and `inlineAllowed`.
 * - `"inline"`: a function without a name, or with that of the option it is passed
 *   as. Its source runs; the modules only serve the messages of errors.
 * - `"module"`: an export named by `fromModule()`.
 * - `"subclass"`: a class that an export of the modules has to be; `target` is
 *   what the `run` of its base class calls.
 */
export type TargetDescription =
  | {
    readonly kind: "export";
    readonly name: string;
    readonly source: string;
    readonly inlineAllowed: boolean;
    /** Whether it is inline after all, if it is not found. */
    readonly isNamedByPlace?: boolean;
  } & Whereabouts
  | {
    readonly kind: "inline";
    readonly source: string;
    readonly name: string;
    readonly modules: readonly string[];
  }
  | { readonly kind: "module"; readonly module: string; readonly name: string }
  | {
    readonly kind: "subclass";
    readonly name: string;
    readonly source: string;
    readonly target?: TargetDescription;
  } & Whereabouts;

/** A description of one kind. */
export type TargetOf<Kind extends TargetDescription["kind"]> = Extract<
  TargetDescription,
  { readonly kind: Kind }
>;
