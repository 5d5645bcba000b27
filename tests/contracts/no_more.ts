/** What is said of an end of a pipe that is no more, by its sender or by a hub. */
export const NO_MORE =
  /^Cannot (?:send .*: this Connection is closed|use a shared object: it no longer exists)$/;
