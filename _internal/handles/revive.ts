import type { HandleDescription } from "../codec/mod.ts";
import { processMemory, threadMemory } from "../memory/mod.ts";
import { AT_HUB, IN_PROCESSES } from "./handle_words.ts";
import { adoptHolding, Holding } from "./holding.ts";
import { currentRelay } from "./relay.ts";
import { createWith, isOwnModule, waysOf } from "./shareable.ts";
import { UNDELIVERED, whyUndelivered } from "./undelivered.ts";

/** Thrown where an object arrives whose module is not loaded yet. */
export class ModuleNeededError extends Error {
  /** The module to import. */
  readonly module: string;

  constructor(module: string) {
    super(`the module ${module} is not loaded`);
    this.module = module;
  }
}

/** The object that a description in a message of the hub means. */
export function reviveFromHub(description: HandleDescription): object {
  return reviveIn(description, true);
}

/** The object that a description in a message means. */
export function revive(description: HandleDescription): object {
  return reviveIn(description, false);
}

function reviveIn(
  { kind, module, words, parts = [] }: HandleDescription,
  fromHub: boolean,
): object {
  if (kind === UNDELIVERED) throw whyUndelivered(words);
  const ways = waysOf(kind);
  if (ways === undefined) {
    if (!isOwnModule(module)) {
      throw new Error(
        `Cannot receive a ${kind}: it belongs to another version of this library, ${module}`,
      );
    }
    throw new ModuleNeededError(module);
  }
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
  const memory = reach === IN_PROCESSES ? processMemory() : threadMemory();
  const held = adoptHolding(memory, ways.kind, cell, generation);
  if (held instanceof Holding) {
    return createWith(held, () => ways.create(parts));
  }
  return ways.again?.(held, parts) ?? held;
}
