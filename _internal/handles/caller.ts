/** Has something done by whoever has called; gives what they gave. */
export type AskCaller = (what: unknown) => Promise<unknown>;

let findCaller: (() => AskCaller | undefined) | undefined;

/** Says how to reach the caller of what is being carried out, at a hub. */
export function setCaller(find: () => AskCaller | undefined): void {
  findCaller = find;
}

/** Reaches the caller of what is being carried out, if that is another isolate. */
export function askCaller(): AskCaller | undefined {
  return findCaller?.();
}
