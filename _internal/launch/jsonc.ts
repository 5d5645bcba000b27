/** A string, kept as it is; or a comment. */
const STRING_OR_COMMENT = /"(?:\\.|[^"\\])*"|\/\/[^\n]*|\/\*.*?\*\//gs;
/** A string, kept as it is; or a comma before an end. */
const STRING_OR_COMMA = /"(?:\\.|[^"\\])*"|,(?=\s*[}\]])/gs;

/**
 * Parses JSON with comments and trailing commas, as configuration files may have.
 *
 * @returns nothing if it is none
 */
export function parseJsonc(text: string): unknown {
  const keep = (part: string) => part.startsWith('"') ? part : " ";
  const json = text.replace(STRING_OR_COMMENT, keep)
    .replace(STRING_OR_COMMA, keep);
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
