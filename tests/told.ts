/**
 * Milliseconds within which those concerned hear of a death: a second, as is promised, and what a
 * busy machine takes beside. Who never hears waits for longer in every test.
 */
export const TOLD_MS = 5_000;
