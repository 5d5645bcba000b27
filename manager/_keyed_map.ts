import { identityOf } from "./_identity.ts";

interface Entry {
  readonly key: unknown;
  value: unknown;
}

/** A map whose keys are the same if they are structurally the same. */
export class KeyedMap {
  readonly #entries = new Map<unknown, Entry>();

  get size(): number {
    return this.#entries.size;
  }

  get(key: unknown): unknown {
    return this.#entries.get(identityOf(key))?.value;
  }

  has(key: unknown): boolean {
    return this.#entries.has(identityOf(key));
  }

  set(key: unknown, value: unknown): void {
    const identity = identityOf(key);
    const entry = this.#entries.get(identity);
    if (entry !== undefined) entry.value = value;
    // As in a `Map`, there is no -0.
    else this.#entries.set(identity, { key: key === 0 ? 0 : key, value });
  }

  delete(key: unknown): boolean {
    return this.#entries.delete(identityOf(key));
  }

  clear(): void {
    this.#entries.clear();
  }

  keys(): unknown[] {
    return Array.from(this.#entries.values(), ({ key }) => key);
  }

  values(): unknown[] {
    return Array.from(this.#entries.values(), ({ value }) => value);
  }

  entries(): [unknown, unknown][] {
    return Array.from(this.#entries.values(), ({ key, value }) => [key, value]);
  }
}
