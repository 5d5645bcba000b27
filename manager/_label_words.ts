/** Most characters of a label that are sent. */
const MAX_LENGTH = 80;
const NO_WORDS: readonly number[] = [];

/** What stands for the label of an object in a message. */
export function wordsOfLabel(label: string | undefined): readonly number[] {
  if (label === undefined) return NO_WORDS;
  return Array.from(
    { length: Math.min(label.length, MAX_LENGTH) },
    (_, at) => label.charCodeAt(at),
  );
}

/** The label for which words stand, if they do for any. */
export function labelOfWords(words: readonly number[]): string | undefined {
  if (words.length === 0) return undefined;
  return String.fromCharCode(...words.slice(0, MAX_LENGTH));
}
