/**
 * How an attempt to take something went: nothing was to be had; it was free; or it
 * has come back from one that died.
 */
export type Taken = "none" | "free" | "abandoned";
