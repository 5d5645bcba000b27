import type { Lane } from "../_internal/lanes/mod.ts";
import type { TargetDescription } from "../_internal/launch/mod.ts";

/** What a worker is told when it starts. */
export interface WorkerSetup {
  readonly number: number;
  readonly tasks: Lane;
  readonly results: Lane;
  readonly initializer: TargetDescription | undefined;
  readonly initArgs: readonly unknown[];
  readonly finalizer: TargetDescription | undefined;
  /** Bytes; 0 for any. */
  readonly memoryLimit: number;
}
