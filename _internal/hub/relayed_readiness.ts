import type { Readiness } from "../parking/mod.ts";
import type { RelayedHolding } from "./relayed_holding.ts";
import type { Watching } from "./watching.ts";

/** Says when an object at the hub is ready. */
export class RelayedReadiness implements Readiness {
  readonly #watching: Watching;
  readonly #holding: RelayedHolding;
  readonly #here: () => Readiness | undefined;
  readonly #ended = new AbortController();
  /** The number of the first watch: the hub remembers how it was then. */
  #first = 0;
  #isReady = false;
  #failure: { readonly error: unknown } | undefined;

  /** @param here what says so once the object is closed here */
  constructor(
    watching: Watching,
    holding: RelayedHolding,
    here: () => Readiness | undefined,
  ) {
    this.#watching = watching;
    this.#holding = holding;
    this.#here = here;
  }

  isReady(): boolean {
    if (this.#holding.isOver) return this.#here()?.isReady() ?? true;
    if (this.#failure !== undefined) throw this.#failure.error;
    return this.#isReady || !this.#holding.late.isEmpty;
  }

  isReadySync(): boolean {
    if (!this.#holding.late.isEmpty) return true;
    if (this.#holding.isOver) return this.#here()?.isReady() ?? true;
    this.#begin();
    return this.#watching.isReadySync(this.#first);
  }

  async prepare(): Promise<void> {
    this.#begin();
    try {
      this.#isReady = await this.#watching.isReady(this.#first);
    } catch (error) {
      this.#failure = { error };
    }
  }

  watch(look: () => void | Promise<void>): () => void {
    this.#begin();
    this.#watch(look);
    return () => this.end();
  }

  end(): void {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort();
    if (this.#first !== 0) this.#watching.end(this.#first);
  }

  #begin(): void {
    if (this.#first === 0) {
      this.#first = this.#watching.observe(this.#holding);
    }
  }

  async #watch(look: () => void | Promise<void>): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      try {
        await this.#watching.ready(this.#first, signal);
      } catch {
        if (signal.aborted) return;
        // A look tells why.
        await look();
        return;
      }
      await look();
    }
  }
}
