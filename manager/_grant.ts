/**
 * What a manager says to who has acquired something: what to give back with, which
 * acquisition or how many, and whether the previous holder died while it held it.
 */
export type Grant = readonly [release: number, abandoned: boolean];
