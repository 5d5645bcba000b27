import { ownRecord } from "./self.ts";

const farewells = new Set<() => void>();
let isListening = false;

/**
 * Has something said when this isolate ends by itself, with exit code 0: at once, as
 * nothing gets its turn after that.
 *
 * @returns what to call if it is not to be said any more
 */
export function atGoodEnd(say: () => void): () => void {
  farewells.add(say);
  // A thread says so itself: when it unloads, its starter may have stopped it.
  if (!isListening && ownRecord()?.kind !== "thread") {
    isListening = true;
    addEventListener("unload", () => {
      if (Deno.exitCode === 0) sayFarewells();
    });
  }
  return () => farewells.delete(say);
}

/** This isolate ends by itself, and well. */
export function sayFarewells(): void {
  for (const say of farewells) say();
}
