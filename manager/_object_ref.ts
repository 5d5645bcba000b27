import type { Destination } from "../_internal/handles/mod.ts";
import type { Client } from "./_client.ts";
import type { RequestTarget } from "./_messages.ts";

/** What stands for a proxy in a message, besides its class. */
export interface RefDescription {
  readonly words: readonly number[];
  readonly parts: readonly object[];
}

/** What a proxy refers to: an object of a manager. */
export abstract class ObjectRef {
  /** The proxy of this isolate, if there is one. */
  proxy: WeakRef<object> | undefined;
  /** What messages call the object, if not as its proxy's class. */
  label: string | undefined;
  /** What carries calls to the manager. */
  abstract readonly client: Client;
  /** The object and its generation, as requests name it. */
  abstract readonly target: RequestTarget;
  /** Whether it refers to nothing any more here. */
  abstract readonly isClosed: boolean;
  /** Lets go of the object. */
  abstract close(): void;
  /**
   * What stands for it in a message.
   *
   * @throws {TypeError} if it cannot go there
   */
  abstract describe(to: Destination): RefDescription;
}
