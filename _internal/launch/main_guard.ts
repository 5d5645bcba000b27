import { mayBeCalledBy } from "./call_site.ts";
import { isImporting, ownRecord } from "./self.ts";
import type { TargetDescription } from "./target.ts";

/** What awaits the target of a child. */
const CALLER = "runBoot";
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
 * Says how many generations in a row have started what they are themselves, and their
 * target had no part in that as far as is known. So it is where a main program without a
 * guard awaits something before it starts others: it goes on in each child, which has
 * imported it by then, and in theirs, without end.
 *
 * @param place where it is made, if it does somebody's work: all workers have one target
 * @returns nothing if there are none
 * @throws {Error} if there are too many
 */
export function countStrays(
  name: string,
  target: TargetDescription,
  place: string | undefined,
): number | undefined {
  const own = ownRecord();
  if (own === undefined || !isSame(own.target, target)) return undefined;
  if (own.place !== place) return undefined;
  if (mayBeCalledBy(CALLER)) return undefined;
  const strays = (own.strays ?? 0) + 1;
  if (strays <= MOST_STRAYS) return strays;
  throw new Error(
    `Cannot start ${name}: ${own.name} runs the same, and this is not called by its target or task, but by a module that it has imported.
${ADVICE}

If it is the target or task that does this, let it do so before its first await.`,
  );
}

function isSame(a: TargetDescription, b: TargetDescription): boolean {
  return a.name === b.name && whereOf(a) === whereOf(b);
}

/** What tells a function or class from others of its name. */
function whereOf(target: TargetDescription): string {
  return target.kind === "module" ? target.module : target.source;
}
