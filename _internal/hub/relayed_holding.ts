import { Holding, LateMessages, type Pause } from "../handles/mod.ts";
import type { CellKind } from "../memory/mod.ts";
import type { HubClient } from "./hub_client.ts";

/** The time from taking what is at a hub until it has been let go wholly. */
export class Tenure {
  #whole: Tenure | undefined;

  /** The one that it has become a part of, or itself. */
  get whole(): Tenure {
    return this.#whole?.whole ?? this;
  }

  /** Becomes a part of another one. */
  join(other: Tenure): void {
    this.#whole = other;
  }
}

/** An isolate's hold on something at its hub. */
export class RelayedHolding extends Holding {
  override readonly isRelayed = true;
  override held: number | undefined = 0;
  /** Changes when what is held has been let go wholly: guards from before do nothing. */
  tenure: Tenure = new Tenure();
  /** Whether it has been closed here, so that nothing is sent ahead any more. */
  sendsNoMore = false;
  /** Sends that the hub was asked for, and has not answered: they may wait there. */
  sendsAsked = 0;
  /** What never changes, once it was asked for. */
  readonly constants = new Map<string, unknown>();
  /** What was taken by a form that cannot wait for modules. */
  readonly late = new LateMessages<unknown>("receive", "the form that waits");
  readonly #client: HubClient;
  readonly #place: { readonly cell: number; readonly generation: number };
  readonly #isNew: boolean;
  #released = false;
  /** Messages that name the cell and wait to be sent. */
  #pins = 0;

  /**
   * @param scratch a cell that stands for the one at the hub, and is never used
   * @param isNew whether there is no object at the hub yet
   */
  constructor(
    client: HubClient,
    kind: CellKind,
    scratch: number,
    place: { readonly cell: number; readonly generation: number },
    isNew: boolean,
  ) {
    super(client.memory, kind, scratch);
    this.#client = client;
    this.#place = place;
    this.#isNew = isNew;
  }

  override get place(): { readonly cell: number; readonly generation: number } {
    return this.#place;
  }

  override begin(): this {
    return this;
  }

  override bind(object: object): void {
    this.#client.bind(this, object, this.#isNew);
  }

  override madeOf(
    args: readonly unknown[],
    others: readonly Holding[] = [],
    maker?: string,
  ): void {
    if (this.#isNew) this.#client.madeOf(this, args, others, maker);
  }

  override get isOver(): boolean {
    return this.#released;
  }

  override release(): void {
    if (this.#released) return;
    this.#released = true;
    if (this.#pins === 0) this.#client.release(this);
  }

  /** The hub keeps count of that. */
  override give(): void {}

  override takeBack(): boolean {
    return !this.#released;
  }

  override pin(): boolean {
    if (this.#released && this.#pins === 0) return false;
    this.#pins++;
    return true;
  }

  override unpin(): void {
    if (--this.#pins === 0 && this.#released) this.#client.release(this);
  }

  override abandon(): void {
    this.#released = true;
  }

  override pause(): Pause {
    const { held, tenure } = this;
    this.letGo();
    return {
      tenure,
      end: () => {
        // Taken together with what is held again, of which is heard only now.
        if (this.held! > 0) this.tenure.join(tenure);
        this.held = this.held! + held!;
        this.tenure = tenure;
      },
    };
  }

  /** What is held has been let go, so many times; by default wholly. */
  letGo(times = Infinity): void {
    this.held = Math.max(0, this.held! - times);
    if (this.held === 0) this.tenure = new Tenure();
  }
}
