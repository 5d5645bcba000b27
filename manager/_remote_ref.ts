import type { Destination } from "../_internal/handles/mod.ts";
import { wordsOfLabel } from "./_label_words.ts";
import type { RequestTarget } from "./_messages.ts";
import { ObjectRef, type RefDescription } from "./_object_ref.ts";
import type { RemoteClient } from "./_remote_client.ts";

const collected = new FinalizationRegistry<() => void>((release) => release());

/** Refers to an object of a manager of another program. */
export class RemoteRef extends ObjectRef {
  override readonly client: RemoteClient;
  override readonly target: RequestTarget;
  /** How often the manager has told of it. */
  readonly #told = { times: 1 };

  constructor(client: RemoteClient, id: number) {
    super();
    this.client = client;
    this.target = [id, 0];
    const told = this.#told;
    collected.register(this, () => client.release(id, told.times), this);
  }

  /** The manager has told of it again. */
  again(): void {
    this.#told.times++;
  }

  protected override letGo(): void {
    collected.unregister(this);
    this.client.release(this.target[0], this.#told.times);
  }

  override describe(to: Destination): RefDescription {
    if (to === this.client.destination) {
      const words = [this.target[0], ...wordsOfLabel(this.label)];
      return { words, parts: [] };
    }
    throw new TypeError(
      "a proxy of a manager of another program cannot be handed on; connect to that manager there, by Manager.connect()",
    );
  }
}
