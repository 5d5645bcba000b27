import {
  checkWait,
  type Readiness,
  readinessOf,
  type WaitOptions,
  waitUntilReady,
  waitUntilReadySync,
} from "../_internal/parking/mod.ts";
import { kindOfValue } from "../_internal/show_value.ts";
import { isIterable } from "../_internal/type_guards.ts";

/**
 * Waits until at least one of many objects can be used without waiting, and says
 * which can. It takes nothing from them.
 *
 * | object                                 | is ready when                            |
 * | -------------------------------------- | ---------------------------------------- |
 * | `Connection`                           | there is a message or the end of stream  |
 * | `Listener`                             | somebody is there to be accepted         |
 * | `Process`, `Thread`, `parentProcess()` | it has ended                             |
 * | any queue                              | there is an item, or it is closed        |
 * | `Event`                                | it is set, or was set since the call     |
 *
 * What is ready may be taken by somebody else before the caller gets to it, so who
 * shares an object with others uses the `try` form of what it does then. Items
 * that other calls of the same thread already wait for go to these first.
 *
 * Somebody who dies counts as ended within a second: as the end of its
 * connections, too.
 *
 * @param objects what to wait for; none are ready at once
 * @param wait the most milliseconds to wait as `timeout`: 0 and less only looks;
 *   and a `signal` to give up by
 * @returns all that are ready, in the order given; none if time is over
 * @throws {TypeError} if one cannot be waited for, or an argument is of the wrong
 *   kind
 * @throws {Error} if one is closed here, or is a child that has not started
 * @throws the signal's reason if it is aborted
 *
 * @example
 * ```ts
 * import { Pipe, wait } from "@parallel/multiprocessing/pipe";
 * import { assertEquals } from "@std/assert";
 *
 * const [a, b] = new Pipe<string>();
 * const [c, d] = new Pipe<string>();
 * assertEquals(await wait([b, d], { timeout: 10 }), []);
 * await c.send("hello");
 * assertEquals(await wait([b, d]), [d]);
 * a.close();
 * assertEquals(await wait([b, d]), [b, d]);
 * ```
 */
export async function wait<T extends object>(
  objects: Iterable<T>,
  wait?: WaitOptions,
): Promise<T[]> {
  checkWait(wait);
  const given = listed(objects);
  const ready = await waitUntilReady(readinessOfAll(given), wait);
  return ready.map((index) => given[index]);
}

/**
 * Does as {@linkcode wait}, blocking the thread. What reaches the thread by its
 * event loop, it does not hear of meanwhile: the exit code of a process is known
 * only later, though not its end; and listeners, connections whose socket is served
 * by this thread, and processes that share no memory with this one, cannot be waited
 * for.
 *
 * @returns all that are ready, in the order given; none if time is over
 * @throws {TypeError} if one cannot be waited for, or not by a blocked thread; or
 *   an argument is of the wrong kind
 * @throws {Error} if one is closed here, or is a child that has not started
 *
 * @example
 * ```ts
 * import { Pipe, waitSync } from "@parallel/multiprocessing/pipe";
 * import { assertEquals } from "@std/assert";
 *
 * const [a, b] = new Pipe<string>();
 * a.sendSync("hello");
 * assertEquals(waitSync([a, b]), [b]);
 * ```
 */
export function waitSync<T extends object>(
  objects: Iterable<T>,
  wait?: WaitOptions,
): T[] {
  checkWait(wait);
  const given = listed(objects);
  const ready = waitUntilReadySync(readinessOfAll(given), wait);
  return ready.map((index) => given[index]);
}

function listed<T>(objects: Iterable<T>): T[] {
  if (isIterable(objects)) return [...objects];
  throw new TypeError(
    `Cannot wait: objects is ${kindOfValue(objects)}, not an iterable`,
  );
}

function readinessOfAll(objects: readonly object[]): Readiness[] {
  return objects.map((object, index) => {
    const readiness = readinessOf(object);
    if (readiness !== undefined) return readiness;
    throw new TypeError(
      `Cannot wait: objects[${index}] is not a connection, listener, process, thread, queue or event`,
    );
  });
}
