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
