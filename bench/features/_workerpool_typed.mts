// A worker of workerpool that is written in TypeScript.

import workerpool from "workerpool";

workerpool.worker({ add: (a: number, b: number): number => a + b });
