// What the compiler knows of processes and threads. The gate checks the types of this file; it
// runs nothing of them.

import {
  fromModule,
  Process,
  type ProcessOptions,
  Thread,
} from "../../process/mod.ts";
import { is } from "../exact_type.ts";

export function inferred() {
  for (const Child of [Process, Thread]) {
    new Child({
      target: (a, b) => {
        is<number>()(a);
        is<string>()(b);
      },
      args: [1, "a"],
    });
  }
  new Process({ target: (_a: number, _b = "b") => {}, args: [1] });
  new Process({ target: (_a: number, _b?: string) => {}, args: [1] });
  new Process({ target: (..._all: number[]) => {}, args: [1, 2, 3] });
  new Process({ target: Math.max, args: [1, 2] });
  new Process({ target: () => {} });
  const options: ProcessOptions<[number]> = {
    target: (n) => is<number>()(n),
    args: [1],
  };
  new Process(options);
}

export class OfNumber extends Process<[number]> {
  override async run() {
    await super.run();
  }
}

export function ofSubclasses() {
  new OfNumber({ target: (n) => is<number>()(n), args: [1] });
  // @ts-expect-error a string is no number
  new OfNumber({ target: (_: number) => {}, args: ["a"] });
  // @ts-expect-error its targets take a number
  new OfNumber({ target: (_: string) => {}, args: [1] });
}

export function kept() {
  const children: (Process | Thread)[] = [
    new Process({ target: (_: number) => {}, args: [1] }),
    new Thread({ target: (_: string) => {}, args: ["a"] }),
  ];
  is<Process<[]>>()(new Process({ target: () => {} }));
  is<Process>()(new Process());
  return children;
}

export function refused() {
  // @ts-expect-error a string is no number
  new Process({ target: (_: number) => {}, args: ["a"] });
  // @ts-expect-error one argument is missing
  new Process({ target: (_a: number, _b: string) => {}, args: [1] });
  // @ts-expect-error there is one too many
  new Process({ target: (_: number) => {}, args: [1, 2] });
  const named = fromModule<(n: number) => void>(import.meta.url, "work");
  // @ts-expect-error a string is no number
  new Thread({ target: named, args: ["a"] });
  // @ts-expect-error an object is no target
  new Process({ target: {} });
  // @ts-expect-error a promise of a module is no target
  new Process({ target: import("../../process/mod.ts") });
  // @ts-expect-error an object is no target
  new Thread({ target: new Map() as object });
  // @ts-expect-error a thread has the output of the program
  new Thread({ target: () => {}, stdout: "piped" });
}
