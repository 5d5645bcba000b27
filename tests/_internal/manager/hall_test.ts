import { assertEquals } from "@std/assert";
import { Hall } from "../../../manager/_hall.ts";
import type { Hosted } from "../../../manager/_hosted.ts";
import { TYPES } from "../../../manager/_hosted_types.ts";
import { proxyFor } from "../../../manager/_making.ts";
import { TELL } from "../../../manager/_messages.ts";
import type { ObjectRef } from "../../../manager/_object_ref.ts";
import { Session } from "../../../manager/_session.ts";
import { SetProxy } from "../../../manager/set_proxy.ts";
import { until } from "../../until.ts";

/** Notes what it is told. */
class NotingSession extends Session {
  readonly name = "a test";
  readonly told: [kind: number, number: number, value?: unknown][] = [];

  /** @param others what proxies refer to */
  constructor(others?: ReadonlyMap<ObjectRef, Hosted>) {
    super((ref) => others?.get(ref));
  }

  override checkSendable(): void {}

  override cancelled(number: number): void {
    this.told.push([TELL.CANCELLED, number]);
  }

  protected override reply(kind: number, number: number, value: unknown): void {
    this.told.push([kind, number, value]);
  }
}

const { RETURNED, CANCELLED, THREW } = TELL;

Deno.test("Hall lets who asks give up while modules of arguments are loaded", async () => {
  const [hall, session] = [new Hall("a hall", TYPES), new NotingSession()];
  const queue = hall.create(session, "queue", [1]);
  hall.call(session, 1, queue, "put", ["first"]);
  const loading = Promise.withResolvers<unknown[]>();
  hall.call(session, 2, queue, "put", loading.promise);
  hall.call(session, 3, queue, "size", []);
  session.cancel(2, "aborted");
  session.cancel(2, "aborted");
  loading.resolve(["second"]);
  await until(() => session.told.length === 3, "all are answered");
  hall.call(session, 4, queue, "get", []);
  hall.call(session, 5, queue, "size", []);
  assertEquals(session.told, [
    [RETURNED, 1, undefined],
    [CANCELLED, 2],
    [RETURNED, 3, 1],
    [RETURNED, 4, "first"],
    [RETURNED, 5, 0],
  ]);
  assertEquals([session.queued.size, session.waits.size], [0, 0]);
});

Deno.test("Hall lets who asks give up until a call has its turn, and when it waits", async () => {
  const [hall, session] = [new Hall("a hall", TYPES), new NotingSession()];
  const queue = hall.create(session, "queue", [1]);
  const [first, second] = [Promise.withResolvers(), Promise.withResolvers()];
  queue.occupy(first.promise);
  hall.call(session, 1, queue, "get", second.promise);
  hall.call(session, 2, queue, "get", []);
  hall.call(session, 3, queue, "get", []);
  session.cancel(2, "aborted");
  first.resolve(undefined);
  second.resolve([]);
  await until(() => session.waits.size === 2, "two wait");
  for (const number of [1, 3]) session.cancel(number, "aborted");
  hall.call(session, 4, queue, "tryPut", ["an item"]);
  assertEquals(session.told, [
    [CANCELLED, 2],
    [CANCELLED, 1],
    [CANCELLED, 3],
    [RETURNED, 4, true],
  ]);
});

Deno.test("Hall does what waited for its turn when who asked has ended, if nothing is left with them", async () => {
  const hall = new Hall("a hall", TYPES);
  const [session, other] = [new NotingSession(), new NotingSession()];
  const dict = hall.create(session, "dict", []);
  const set = hall.create(session, "set", []);
  const barrier = hall.create(session, "barrier", [2]);
  const occupied = Promise.withResolvers();
  for (const hosted of [dict, set, barrier]) hosted.occupy(occupied.promise);
  hall.call(session, 1, dict, "set", ["a", 1]);
  hall.call(session, 2, dict, "set", Promise.resolve(["b", 2]));
  hall.call(session, 3, barrier, "wait", []);
  hall.call(session, 4, set, "add", ["a"]);
  session.end(true);
  hall.call(other, 1, dict, "keys", []);
  hall.call(other, 2, barrier, "waiting", []);
  hall.call(other, 3, set, "has", ["a"]);
  occupied.resolve(undefined);
  await until(() => other.told.length === 3, "all are answered");
  assertEquals(session.told, []);
  assertEquals(
    other.told.toSorted(([, a], [, b]) => a - b),
    [[RETURNED, 1, ["a", "b"]], [RETURNED, 2, 0], [RETURNED, 3, true]],
  );
  assertEquals([session.queued.size, session.holds.size], [0, 0]);
});

Deno.test("Hall combines a set with another as soon as that is made, and says why it could not be", async () => {
  const others = new Map<ObjectRef, Hosted>();
  const [hall, session] = [
    new Hall("a hall", TYPES),
    new NotingSession(others),
  ];
  const make = (args: unknown) => {
    const ref = {} as ObjectRef;
    others.set(ref, hall.create(session, "set", args));
    return proxyFor(ref, SetProxy);
  };
  const set = hall.create(session, "set", [[1]]);
  const loading = Promise.withResolvers<unknown[]>();
  const late = make(loading.promise);
  hall.call(session, 1, set, "union", [late]);
  hall.call(session, 2, set, "update", [late]);
  hall.call(session, 3, set, "values", []);
  loading.resolve([["late"]]);
  await until(() => session.told.length === 3, "all are answered");
  const error = new Error("cannot be loaded");
  const failing = make(Promise.reject(error));
  hall.call(session, 4, set, "union", [failing]);
  await until(() => session.told.length === 4, "it has failed");
  hall.call(session, 5, set, "union", [failing]);
  assertEquals(session.told, [
    [RETURNED, 1, new Set([1, "late"])],
    [RETURNED, 2, undefined],
    [RETURNED, 3, [1, "late"]],
    [THREW, 4, error],
    [THREW, 5, error],
  ]);
});

Deno.test("Hall lets go of barriers that nobody refers to", () => {
  const [hall, session] = [new Hall("a hall", TYPES), new NotingSession()];
  const barrier = hall.create(session, "barrier", [2]);
  barrier.hold();
  for (const number of [1, 2, 3]) {
    hall.call(session, number, barrier, "wait", []);
  }
  assertEquals(session.told.length, 2);
  barrier.release();
  // Nobody can come any more.
  const [, , [kind, number, error]] = session.told;
  assertEquals([kind, number, String(error)], [
    THREW,
    3,
    "BrokenBarrierError: Cannot wait at barrier: barrier is broken",
  ]);
  assertEquals([session.holds.size, session.waits.size], [0, 0]);
});

Deno.test("Hall takes a wait at a barrier that is aborted for none, and breaks it for one that is late", () => {
  const hall = new Hall("a hall", TYPES);
  const [session, other] = [new NotingSession(), new NotingSession()];
  const barrier = hall.create(session, "barrier", [2]);
  const wait = (party: NotingSession, number: number) =>
    hall.call(party, number, barrier, "wait", []);
  wait(session, 1);
  session.cancel(1, "aborted");
  assertEquals(session.told, [[CANCELLED, 1]]);
  // Its end would break nothing.
  assertEquals([session.holds.size, session.waits.size], [0, 0]);
  wait(other, 1);
  wait(session, 2);
  assertEquals(session.told.at(-1), [RETURNED, 2, 1]);
  assertEquals(other.told, [[RETURNED, 1, 0]]);
  wait(session, 3);
  session.cancel(3, "aborted");
  // It was there for a round, so it would.
  assertEquals(session.holds.size, 1);
  wait(session, 4);
  session.cancel(4, "late");
  hall.call(session, 5, barrier, "broken", []);
  assertEquals(session.told.at(-1), [RETURNED, 5, true]);
});
