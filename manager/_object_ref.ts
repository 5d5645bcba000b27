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
  #isClosed = false;
  #keepers = 0;

  /** Whether it refers to nothing any more here. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Lets go of the object, as soon as nobody keeps it. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#keepers === 0) this.letGo();
    else this.keepOn();
  }

  /** Keeps the object for who has something to give back, though this is closed meanwhile. */
  keep(): KeptRef {
    // It has let go of the object.
    if (this.#isClosed && this.#keepers === 0) {
      return new KeptRef(this, () => {});
    }
    this.#keepers++;
    return new KeptRef(this, () => {
      if (--this.#keepers === 0 && this.#isClosed) this.letGo();
    });
  }

  /** Lets go of the object. */
  protected abstract letGo(): void;
  /** It is closed, and the object is kept: by this, and not for who refers to it anew. */
  protected keepOn(): void {}

  /**
   * What stands for it in a message.
   *
   * @throws {TypeError} if it cannot go there
   */
  abstract describe(to: Destination): RefDescription;
}

/** What refers to an object for as long as it is kept. */
export class KeptRef {
  readonly #ref: ObjectRef;
  readonly #end: () => void;
  #isClosed = false;

  constructor(ref: ObjectRef, end: () => void) {
    this.#ref = ref;
    this.#end = end;
  }

  get target(): RequestTarget {
    return this.#ref.target;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Keeps it no longer. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#end();
  }
}
