import type { HandleDescription } from "../codec/mod.ts";
import { processMemory, threadMemory } from "../memory/mod.ts";
import { AT_HUB, IN_PROCESSES } from "./handle_words.ts";
import { adoptHolding, goneError, Holding } from "./holding.ts";
import { currentRelay } from "./relay.ts";
import { isOwnModule } from "./own_modules.ts";
import { createWith, waysOf } from "./shareable.ts";
import { UNDELIVERED, whyUndelivered } from "./undelivered.ts";

/** Thrown where an object arrives whose module is not loaded yet. */
export class ModuleNeededError extends Error {
  readonly #kind: string;
  readonly #module: string;

  constructor(kind: string, module: string) {
    super(`the module ${module} is not loaded`);
    this.#kind = kind;
    this.#module = module;
  }

  /**
   * Loads it.
   *
   * @throws {Error} if there are no such objects in it, so that to decode once more is of no use
   */
  async load(): Promise<void> {
    await import(this.#module);
    if (waysOf(this.#kind) !== undefined) return;
    throw new Error(
      `Cannot receive a ${this.#kind}: ${this.#module} has no such class`,
    );
  }
}

/** The object that a description in a message of the hub means. */
export function reviveFromHub(description: HandleDescription): object {
  return reviveIn(description, true);
}

/**
 * The object that a description in a message means.
 *
 * @param carried the cells that the message carried. Others are not looked for, as who sent it need
 * not have had them. Default: any, as it comes from who has started this isolate.
 */
export function revive(
  description: HandleDescription,
  carried?: readonly number[],
): object {
  return reviveIn(description, false, carried);
}

function reviveIn(
  { kind, module, words, parts = [] }: HandleDescription,
  fromHub: boolean,
  carried?: readonly number[],
): object {
  if (kind === UNDELIVERED) throw whyUndelivered(words);
  // First: another version has such a kind, too, and means a cell of its own memory.
  if (!isOwnModule(module)) {
    throw new Error(
      `Cannot receive a ${kind}: it belongs to another version of this library, ${module}`,
    );
  }
  const ways = waysOf(kind);
  if (ways === undefined) throw new ModuleNeededError(kind, module);
  if ("describe" in ways) return ways.create(words, parts);
  const [reach, cell, generation] = words;
  if (fromHub || reach === AT_HUB) {
    const relay = currentRelay();
    if (relay !== undefined) {
      return relay.adopt(ways, cell, generation, parts);
    }
    throw new Error(
      `Cannot receive a ${kind}: it is at a hub that this thread does not know; hand one to the thread when you start it`,
    );
  }
  // Its sender has died before it had counted that the message carries it; or has made it up.
  if (carried?.includes(cell) === false) throw goneError();
  const memory = reach === IN_PROCESSES ? processMemory() : threadMemory();
  const held = adoptHolding(memory, ways.kind, cell, generation);
  if (held instanceof Holding) {
    return createWith(held, () => ways.create(parts));
  }
  return ways.again?.(held, parts) ?? held;
}
