// What workers of Piscina and Tinypool do.

import process from "node:process";

export const add = ({ a, b }) => a + b;

export const exit = () => process.exit(3);

export const count = (buffer) => {
  const counter = new Int32Array(buffer);
  for (;;) Atomics.add(counter, 0, 1);
};

export const mark = (buffer) => {
  new Int32Array(buffer)[0] = 1;
};

export const pid = () => process.pid;

export class OwnError extends Error {
  name = "OwnError";
  code = 7;
}

export const fail = () => {
  throw new OwnError("expected");
};

export const nap = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
