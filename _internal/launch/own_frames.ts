/** By folders. */
const known = new Map<string, RegExp>();

/**
 * The lines of stacks about this library's own part in a call: of its sources only in some
 * folders, of the published package in all of its code. What stands behind the place in a line,
 * as in a text of an error that has properties, is `$1`.
 *
 * @param folders a pattern of these folders, as in `pool|process`
 */
export function ownFrames(folders: string): RegExp {
  const frames = known.get(folders);
  if (frames !== undefined) return frames;
  const library = new URL("../../", import.meta.url).href
    .replace(/[^\w/]/g, "\\$&");
  const made = new RegExp(
    `\\n *at [^\\n]*(?:${library}(?:(?:${folders})/|[\\w-]+\\.js)|data:text/javascript,import%7Bboot)[^\\n]*?:\\d+:\\d+\\)?([^\\n]*)`,
    "g",
  );
  known.set(folders, made);
  return made;
}
