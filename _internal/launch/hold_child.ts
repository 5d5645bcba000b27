/** Says whether the end of a child is waited for, so that the program goes on until then. */
export function holdChild(
  child: Pick<Deno.ChildProcess, "ref" | "unref">,
  isHeld: boolean,
): void {
  try {
    if (isHeld) child.ref();
    else child.unref();
  } catch (error) {
    // It has ended, and we are told in this turn of the event loop.
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}
