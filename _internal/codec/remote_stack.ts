const FIRST_FRAME = /\n\s+at /;

/**
 * Puts the stack of where an error arrived above the one of where it was thrown.
 *
 * @param error An error from another process, whose stack is that of its origin.
 * @param origin The name of the process or thread it is from.
 */
export function withRemoteStack(error: Error, origin: string): void {
  const remote = error.stack ?? "";
  const title = `${error.name}: ${error.message}`;
  const search = remote.startsWith(title) ? title.length : 0;
  const found = remote.slice(search).search(FIRST_FRAME);
  const split = found < 0 ? remote.length : search + found;
  const here = { stack: "" };
  Error.captureStackTrace(here, withRemoteStack);
  const local = here.stack.slice(here.stack.search(FIRST_FRAME));
  Object.defineProperty(error, "stack", {
    value: `${remote.slice(0, split)}${local}\n  --- in ${origin} ---${
      remote.slice(split)
    }`,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}
