import { assertEquals, assertNotEquals } from "@std/assert";
import {
  claimedTicket,
  isClaimed,
  ownerOf,
} from "../../../_internal/hub/claimed_ticket.ts";
import {
  claimForClient,
  freeSlot,
  markDead,
  threadMemory,
} from "../../../_internal/memory/mod.ts";

Deno.test("claimedTicket() makes what only its owner knows, while that is current", () => {
  const memory = threadMemory();
  const ids = [1, 2].map(() => claimForClient(memory, memory.self));
  const [own, other] = ids.map((id) => claimedTicket(memory, id));
  assertEquals(isClaimed(own), true);
  assertEquals(ownerOf(memory, own), ids[0]);
  const [, , ...secret] = own.split(":");
  const madeUp = [
    `claimed:${ids[0]}`,
    `claimed:${ids[0]}:0:0:0:0`,
    `claimed:${ids[1]}:${secret.join(":")}`,
    `${own}:0`,
    own.replace(/\d$/, (digit) => `${9 - Number(digit)}`),
    "claimed:",
    "claimed:-1:0:0:0:0",
    "claimed:1e99:0:0:0:0",
  ];
  for (const ticket of madeUp) assertEquals(ownerOf(memory, ticket), undefined);
  assertNotEquals(own.split(":").at(-1), other.split(":").at(-1));
  for (const id of ids) {
    markDead(memory, id);
    freeSlot(memory, id);
  }
  assertEquals(ownerOf(memory, own), undefined);
});
