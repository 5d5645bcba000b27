// A worker that is written in TypeScript.

export const add = ({ a, b }: { a: number; b: number }): number => a + b;
