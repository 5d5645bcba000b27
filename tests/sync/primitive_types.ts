// What the compiler knows of primitives, and of waiting for many things. The gate checks the
// types of this file; it runs nothing of them.

import {
  type Connection,
  Listener,
  Pipe,
  wait,
  waitSync,
} from "../../pipe/mod.ts";
import { parentProcess, Process, Thread } from "../../process/mod.ts";
import { JoinableQueue, Queue, SimpleQueue } from "../../queue/mod.ts";
import {
  type Condition,
  Event,
  ShareableList,
  type ShareableValue,
  SharedArray,
  SharedValue,
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

export function withoutTypes(
  value: SharedValue,
  array: SharedArray,
  queue: Queue,
  simple: SimpleQueue,
  connection: Connection,
) {
  is<number>()(value.value);
  is<number>()(value.add(1));
  for (const n of array) is<number>()(n);
  is<number>()(array.array[0]);
  array.array[0] = value.value = 2;
  withoutTypes(
    Math.random() > 0.5 ? new SharedValue("i32") : new SharedValue("f64", 1),
    Math.random() > 0.5 ? new SharedArray("u8", 1) : new SharedArray("f64", 1),
    new JoinableQueue<string>(),
    new SimpleQueue<string>(),
    [...new Pipe<string>()][0],
  );
  // @ts-expect-error it has bigints
  withoutTypes(new SharedValue("i64"), array, queue, simple, connection);
  // @ts-expect-error it has truth values
  withoutTypes(new SharedValue("bool"), array, queue, simple, connection);
  // @ts-expect-error it has bigints
  withoutTypes(value, new SharedArray("u64", 1), queue, simple, connection);
}
