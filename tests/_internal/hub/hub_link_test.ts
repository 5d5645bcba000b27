import { assertEquals, assertGreater } from "@std/assert";
import { HubLink } from "../../../_internal/hub/hub_link.ts";
import { LINK } from "../../../_internal/hub/link_layout.ts";

/** A link to where nobody listens, so that it ends. */
function lostLink(): HubLink {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const address = { hostname: "127.0.0.1", port };
  return new HubLink({
    places: { own: address, loopback: address },
    address,
    key: "00".repeat(32),
    ticket: "none",
  });
}

/** The word by which a link says that it has connected, or never will. */
const { CONNECTED } = LINK;
const OPERATIONS = [
  "compareExchange",
  "exchange",
  "load",
  "notify",
  "store",
  "wait",
] as const;

/**
 * Does something that uses the words of a link by so many operations, and lets that end
 * before the next one. Who is not woken then gets an error.
 *
 * @returns whether there was a next one
 */
function endingAfter(operations: number, act: () => void): boolean {
  const saved = Object.getOwnPropertyDescriptors(Atomics);
  const { wait } = Atomics;
  let left = operations;
  for (const name of OPERATIONS) {
    const original = Atomics[name] as (...args: unknown[]) => unknown;
    const value = (...args: unknown[]) => {
      if (left-- === 0) wait(args[0] as Int32Array, CONNECTED, 0);
      const result = original(...args);
      if (result === "timed-out") throw new Error("nobody wakes it");
      return result;
    };
    Object.defineProperty(Atomics, name, { ...saved[name], value });
  }
  try {
    act();
  } finally {
    Object.defineProperties(Atomics, saved);
  }
  return left < 0;
}

Deno.test("HubLink says that the hub has ended at whatever moment of a call it does", () => {
  let moments = 0;
  let answer: Uint8Array | undefined;
  const call = () => {
    answer = lostLink().exchange(new Uint8Array(8), 4, () => {}, "test");
  };
  while (endingAfter(moments, call)) {
    assertEquals(answer, undefined);
    moments++;
  }
  assertGreater(moments, 2);
});
