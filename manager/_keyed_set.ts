import { identityOf } from "./_identity.ts";

/** A set whose members are the same if they are structurally the same. */
export class KeyedSet {
  /** By their identities. */
  readonly #members = new Map<unknown, unknown>();

  constructor(items: Iterable<unknown> = []) {
    for (const item of items) this.add(item);
  }

  get size(): number {
    return this.#members.size;
  }

  has(member: unknown): boolean {
    return this.#members.has(identityOf(member));
  }

  /** Whether it was not there. */
  add(member: unknown): boolean {
    const identity = identityOf(member);
    if (this.#members.has(identity)) return false;
    // As in a `Set`, there is no -0.
    this.#members.set(identity, member === 0 ? 0 : member);
    return true;
  }

  delete(member: unknown): boolean {
    return this.#members.delete(identityOf(member));
  }

  clear(): void {
    this.#members.clear();
  }

  /** The first of them; nothing if there is none. */
  first(): unknown {
    return this.#members.values().next().value;
  }

  values(): unknown[] {
    return [...this.#members.values()];
  }

  /** Those that another has, too; or those that it has not. */
  those(areIn: boolean, other: KeyedSet): unknown[] {
    return Array.from(this.#members)
      .filter(([identity]) => other.#members.has(identity) === areIn)
      .map(([, member]) => member);
  }

  isSubsetOf(other: KeyedSet): boolean {
    return this.size <= other.size &&
      this.#members.keys().every((it) => other.#members.has(it));
  }

  isDisjointFrom(other: KeyedSet): boolean {
    return !this.#members.keys().some((it) => other.#members.has(it));
  }

  /** Adds all of another. */
  addAll(other: KeyedSet): void {
    for (const [identity, member] of other.#members) {
      if (!this.#members.has(identity)) this.#members.set(identity, member);
    }
  }
}
