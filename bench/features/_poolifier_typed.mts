// A worker of poolifier that is written in TypeScript.

import { ThreadWorker } from "poolifier";

export default new ThreadWorker({
  add: ({ a, b }: { a: number; b: number }): number => a + b,
});
