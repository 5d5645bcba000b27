import { mayBeCalledBy } from "./call_site.ts";
import { runBoot } from "./child_boot.ts";
import { isImporting, ownRecord } from "./self.ts";
import type { TargetDescription } from "./target.ts";

/** More than one, as what a target leaves to a callback cannot be told from that. */
const MOST_STRAYS = 1;
const ADVICE =
  `Only the main program may start processes and threads. Guard its code with

    if (import.meta.main) {
      …
    }`;

/**
 * Throws if a child is importing modules: what it imports must not start others.
 *
 * @param subject what cannot be started
 */
export function checkMainGuard(subject: string): void {
  if (!isImporting()) return;
  throw new Error(
    `Cannot start ${subject}: ${ownRecord()?.name} is still importing its modules.\n${ADVICE}`,
  );
}

/**
 * Says what a child and those before it have been started for, each by no call of a
 * target or task as far as is known; that goes on with what it starts. Where the same
 * comes again, a main program without a guard awaits something before it starts others:
 * it goes on in each child, which has imported it by then, and in theirs, without end.
 *
 * @param name what is to be started
 * @param place where it is made, if it does somebody's work: all workers have one target
 * @returns nothing if it is started by a call of a target or task
 * @throws {Error} if the same has come too often
 */
export function lineageFor(
  name: string,
  target: TargetDescription,
  place: string | undefined,
): readonly number[] | undefined {
  const own = ownRecord();
  if (own === undefined || mayBeCalledBy(runBoot.name)) return undefined;
  const { lineage = [] } = own;
  const whole = [...lineage, hashOf(own.target, own.place)];
  const kinds = new Set([...whole, hashOf(target, place)]);
  if (whole.length <= MOST_STRAYS || kinds.size > whole.length) return whole;
  throw new Error(
    `Cannot start ${name}: no target or task does so, but a module that ${own.name} has imported, as in its parent.
${ADVICE}

If it is the target or task that does this, let it do so itself, not in a callback of a timer or a listener.`,
  );
}

/** A number that other work is not likely to have. */
function hashOf(target: TargetDescription, place = ""): number {
  const what = target.kind === "module" ? target.module : target.source;
  const called = target.kind === "subclass" && target.target !== undefined
    ? hashOf(target.target)
    : "";
  const text = `${target.name} ${place} ${what} ${called}`;
  let hash = 0;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash, 31) + text.charCodeAt(at) | 0;
  }
  return hash;
}
