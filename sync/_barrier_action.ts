import {
  findRemote,
  findRemoteNow,
  type RemoteFunction,
} from "../_internal/launch/mod.ts";
import { allocate, type Memory } from "../_internal/memory/mod.ts";
import { isPromise } from "../_internal/type_guards.ts";

/** Runs in one party of a barrier, before any is let go. */
export type BarrierAction = () => unknown;

/** Bytes before the description in its block: its length. */
const HEAD = 4;

/**
 * The action of a barrier, as this isolate has it: the function itself where the
 * barrier was made, elsewhere what its description says.
 */
export class LocalAction {
  #call: BarrierAction | undefined;
  /** What others are told of it, if it came so. */
  readonly remote: RemoteFunction | undefined;

  /** @param action the function, or what {@linkcode readAction} gave */
  constructor(action: BarrierAction | RemoteFunction) {
    if (typeof action === "function") {
      this.#call = action;
      return;
    }
    this.remote = action;
    if ("problem" in action) return;
    try {
      this.#call = findRemoteNow(action.found);
    } catch {
      // Whoever is to run it is told.
    }
  }

  /** Runs it, loading its module if need be. */
  async run(): Promise<void> {
    const call = this.#call ?? await this.#load();
    try {
      await call();
    } catch (error) {
      throw this.#explained(error);
    }
  }

  /** Runs it without waiting for anything. */
  runSync(): void {
    if (this.#call === undefined) {
      throw new Error(`Cannot run action of barrier: ${this.#missing}`);
    }
    let result: unknown;
    try {
      result = this.#call();
    } catch (error) {
      throw this.#explained(error);
    }
    if (!isPromise(result)) return;
    result.then(undefined, () => {});
    throw new TypeError(
      "Cannot run action of barrier: it gave a promise; use await wait()",
    );
  }

  /** Loads the module when the action is to run, and not before: that runs code, too. */
  async #load(): Promise<BarrierAction> {
    const remote = this.remote!;
    if ("problem" in remote) {
      throw new Error(`Cannot run action of barrier: ${this.#missing}`);
    }
    try {
      return this.#call = await findRemote(remote.found);
    } catch (error) {
      const { message } = error as Error;
      throw new Error(`Cannot run action of barrier: ${message}`, {
        cause: error,
      });
    }
  }

  get #missing(): string {
    const remote = this.remote!;
    return "problem" in remote
      ? `${remote.problem}; or let the process that made the barrier arrive last`
      : "the module that exports it is not loaded here yet; use await wait()";
  }

  #explained(error: unknown): unknown {
    if (this.remote !== undefined && error instanceof ReferenceError) {
      error.message +=
        ": the action of a barrier runs without the variables around it in other processes and threads; export it from its module";
    }
    return error;
  }
}

/**
 * Writes down an action for others.
 *
 * @returns the first unit of its block
 */
export function writeAction(
  memory: Memory,
  tag: number,
  action: RemoteFunction,
): number {
  const json = new TextEncoder().encode(JSON.stringify(action));
  const unit = allocate(memory, HEAD + json.length, tag);
  const bytes = memory.bytes(unit, HEAD + json.length);
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(0, json.length);
  bytes.set(json, HEAD);
  return unit;
}

/** Reads what {@linkcode writeAction} wrote. */
export function readAction(memory: Memory, unit: number): RemoteFunction {
  const head = memory.bytes(unit, HEAD);
  const length = new DataView(head.buffer, head.byteOffset).getUint32(0);
  const bytes = memory.bytes(unit, HEAD + length).slice(HEAD);
  return JSON.parse(new TextDecoder().decode(bytes));
}
