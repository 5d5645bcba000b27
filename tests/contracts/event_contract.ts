import { assertEquals, assertRejects } from "@std/assert";
import type { Event } from "../../sync/mod.ts";
import { checkWaits } from "./wait_contract.ts";

/** What an event does on every kind of memory. */
export function testEvent(name: string, create: () => Event): void {
  const test = (behaviour: string, run: () => void | Promise<void>) =>
    Deno.test(`${name} ${behaviour}`, run);

  test("is clear, set, and clear again", async () => {
    const event = create();
    event.clear();
    assertEquals(event.isSet(), false);
    event.set();
    event.set();
    assertEquals(event.isSet(), true);
    await event.wait();
    await event.wait({ timeout: 0 });
    event.waitSync({ timeout: -1 });
    assertEquals(event.isSet(), true);
    event.clear();
    event.clear();
    assertEquals(event.isSet(), false);
  });

  test("takes the options of a wait, and is then as if it had not waited", async () => {
    const event = create();
    await checkWaits({
      doing: "wait for event",
      wait: (wait) => event.wait(wait),
      waitSync: (wait) => event.waitSync(wait),
    });
    assertEquals(event.isSet(), false);
    const waiting = event.wait();
    event.set();
    await waiting;
  });

  test("lets go all who wait when it is set, even if it is cleared at once", async () => {
    const event = create();
    for (let round = 0; round < 20; round++) {
      const before = Array.from({ length: 50 }, () => event.wait());
      event.set();
      event.clear();
      let isOver = false;
      const after = event.wait().then(() => isOver = true);
      await Promise.all(before);
      await new Promise((resolve) => setTimeout(resolve));
      assertEquals([isOver, event.isSet()], [false, false]);
      event.set();
      await after;
      event.clear();
    }
  });

  test("lets go who waits longer than another did in vain, and who has just come", async () => {
    const event = create();
    const long = event.wait();
    await assertRejects(() => event.wait({ timeout: 5 }), DOMException);
    const short = event.wait();
    event.set();
    await Promise.all([long, short]);
    event.waitSync();
  });
}
