import { assertEquals } from "@std/assert";
import { Parcel } from "../../../_internal/channel/mod.ts";
import { Lane, openIntake } from "../../../_internal/lanes/mod.ts";
import { threadMemory } from "../../../_internal/memory/mod.ts";
import { filled } from "../channel/roles.ts";
import { leaveNothing } from "../../handles/leave_nothing.ts";

leaveNothing();

Deno.test("Intake.drain() takes nothing from whoever has its place after its end", () => {
  const memory = threadMemory();
  const old = new Lane(memory);
  const taken: number[] = [];
  const intake = openIntake(old, {
    expects: () => false,
    take: (message) => taken.push(message[0]),
    taken() {},
  });
  const send = (lane: Lane, value: number) =>
    lane.outlet.trySend(new Parcel(filled(value, 10), false, []));
  send(old, 1);
  assertEquals(intake.drain(), true);
  intake.end();
  const next = new Lane(memory);
  // Else the test shows nothing.
  assertEquals(next.channel.getters, old.channel.getters);
  send(next, 2);
  assertEquals(intake.drain(), false);
  assertEquals([next.channel.size, ...taken], [1, 1]);
  next.close();
});

Deno.test("Intake takes in what comes after a message that leads to an error", async () => {
  const lane = new Lane(threadMemory());
  const taken: number[] = [];
  const intake = openIntake(lane, {
    expects: () => taken.length < 3,
    take(message) {
      taken.push(message[0]);
      if (message[0] === 1) throw new RangeError("one");
    },
    taken() {
      if (taken.length === 2) throw new RangeError("two");
    },
  });
  const send = (value: number) =>
    lane.outlet.trySend(new Parcel(filled(value, 10), false, []));
  const uncaught = Promise.withResolvers<void>();
  const messages: string[] = [];
  const hear = (event: ErrorEvent) => {
    event.preventDefault();
    if (messages.push(event.error.message) === 2) uncaught.resolve();
  };
  addEventListener("error", hear);
  intake.hold();
  send(1);
  send(2);
  await uncaught.promise;
  removeEventListener("error", hear);
  send(3);
  while (taken.length < 3) await new Promise((resolve) => setTimeout(resolve));
  intake.unhold();
  intake.end();
  assertEquals([taken, messages], [[1, 2, 3], ["one", "two"]]);
});

for (const pace of ["spin", "park", "pause"] as const) {
  Deno.test(`Intake takes in what comes while it waits at the pace "${pace}", and ends`, async () => {
    const lane = new Lane(threadMemory());
    const { parking, getters } = lane.channel;
    const taken: number[] = [];
    let listed = 0;
    const intake = openIntake(lane, {
      expects: () => taken.length < 100,
      pace: () => pace,
      take: (message) => taken.push(message[0]),
      taken() {},
    });
    intake.hold();
    for (let n = 0; n < 100; n++) {
      // It may look in vain, and then waits.
      await new Promise((resolve) => setTimeout(resolve, n % 3));
      if (parking.isAwaited(getters)) listed++;
      lane.outlet.trySend(new Parcel(filled(n, 10), false, []));
    }
    while (taken.length < 100) {
      await new Promise((resolve) => setTimeout(resolve));
    }
    intake.unhold();
    intake.end();
    assertEquals(taken, Array.from({ length: 100 }, (_, n) => n));
    // Whoever is listed is rung for.
    assertEquals(listed > 0, pace !== "pause");
  });
}
