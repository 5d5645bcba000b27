import type { DeskNews } from "./_desk.ts";
import type { ReceptionEvents } from "./_reception.ts";

/** What has become of others, told only once all that was asked before is done. */
export class PendingNews {
  readonly #events: ReceptionEvents;
  /** In the order in which they come. */
  readonly #waiting: { readonly news: DeskNews; readonly until: number }[] = [];
  /** How many requests were done in all. */
  #done = 0;

  constructor(events: ReceptionEvents) {
    this.#events = events;
  }

  /** Whether it has the end of a client, that is told later. */
  tellsEndOf(id: number): boolean {
    return this.#waiting.some(({ news }) =>
      news.ended.some(([each]) => each === id)
    );
  }

  /** Tells it after so many more requests. */
  add(news: DeskNews): void {
    this.#waiting.push({ news, until: this.#done + news.after });
    this.#tell();
  }

  /** One request more is done. */
  requestDone(): void {
    this.#done++;
    if (this.#waiting.length > 0) this.#tell();
  }

  #tell(): void {
    while (this.#waiting.length > 0 && this.#waiting[0].until <= this.#done) {
      const { ended, gone } = this.#waiting[0].news;
      for (const end of ended) this.#events.ended(...end);
      for (const object of gone) this.#events.gone(...object);
      this.#waiting.shift();
    }
  }
}
