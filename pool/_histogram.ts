/** Places for each doubling: values are known to within a tenth. */
const PER_DOUBLING = 8;
/** The smallest value that has a place of its own, in milliseconds. */
const SMALLEST = 0.001;
const PLACES = 40 * PER_DOUBLING;

/** Counts values by their size, so that percentiles can be told at any time. */
export class Histogram {
  readonly #counts = new Float64Array(PLACES);
  #count = 0;

  /** Adds a value, as many times as it stands for. */
  add(value: number, times: number): void {
    const place = Math.ceil(Math.log2(value / SMALLEST) * PER_DOUBLING);
    this.#counts[Math.max(0, Math.min(PLACES - 1, place))] += times;
    this.#count += times;
  }

  /** The value below which the given share (0 to 1) of all lies; 0 if there are none. */
  percentile(share: number): number {
    if (this.#count === 0) return 0;
    let left = share * this.#count;
    for (let place = 0; place < PLACES; place++) {
      left -= this.#counts[place];
      if (left <= 0) return SMALLEST * 2 ** (place / PER_DOUBLING);
    }
    return SMALLEST * 2 ** (PLACES / PER_DOUBLING);
  }
}
