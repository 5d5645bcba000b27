// What the compiler knows of primitives, and of waiting for many things. The gate checks the
// types of this file; it runs nothing of them.

import { Listener, Pipe, wait, waitSync } from "../../pipe/mod.ts";
import { parentProcess, Process, Thread } from "../../process/mod.ts";
import { Queue, SimpleQueue } from "../../queue/mod.ts";
import {
  type Condition,
  Event,
  ShareableList,
  type ShareableValue,
} from "../../sync/mod.ts";
import { is } from "../exact_type.ts";

export function lists(values: ShareableValue[], unknowns: unknown[]) {
  is<ShareableList<number>>()(new ShareableList([1]));
  is<ShareableList<string | number | null>>()(
    new ShareableList(["a", 1, null]),
  );
  is<ShareableList<ShareableValue>>()(new ShareableList(values));
  is<ShareableList<ShareableValue>>()(new ShareableList({ name: "a" }));
  is<ShareableList<unknown>>()(new ShareableList(unknowns));
  is<ShareableList<unknown>>()(new ShareableList<unknown>([1]));
  new ShareableList([1]).set(0, 2);
  new ShareableList([1n, undefined, new Uint8Array(1)] as const);
  // @ts-expect-error a date cannot stand in a list
  new ShareableList([new Date()]);
  // @ts-expect-error an object cannot stand in a list
  new ShareableList([{}]);
  // @ts-expect-error an array cannot stand in a list
  new ShareableList([1, [1]]);
}

export function generic<T extends ShareableValue>(values: T[]) {
  is<ShareableList<T>>()(new ShareableList(values));
}

export class OwnList<T extends ShareableValue> extends ShareableList<T> {
  constructor(values: T[]) {
    super(values);
  }
}

export function conditions(condition: Condition) {
  is<boolean>()(condition.waitForSync(() => Math.random() > 0.5));
  is<number | undefined>()(condition.waitForSync(() => [1].pop()));
  is<Promise<number>>()(condition.waitFor(async () => await 1));
}

export async function waits(some: object[]) {
  const [a, b] = new Pipe<number>();
  const queue = new Queue<string>();
  is<typeof a[]>()(await wait([a, b]));
  is<Queue<string>[]>()(waitSync(new Set([queue])));
  await wait([a, queue, new SimpleQueue(), new Event(), new Listener()]);
  await wait([new Process(), new Thread(), parentProcess()!]);
  is<object[]>()(await wait(some));
  const waitForAny = <T extends object>(them: T[]): Promise<T[]> => wait(them);
  is<Event[]>()(await waitForAny([new Event()]));
  is<object[]>()(await wait<object>([a, queue]));
  // @ts-expect-error what is waited for stands in an array
  waitSync(new Event());
}
