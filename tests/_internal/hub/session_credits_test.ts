import { assertEquals } from "@std/assert";
import { SessionCredits } from "../../../_internal/hub/session_credits.ts";
import { ThreadQueue } from "../../../queue/mod.ts";

const CELL = 7;

Deno.test("SessionCredits ends what is left to a handle when its client lets go of another", () => {
  const told: number[] = [];
  const credits = new SessionCredits(([cell]) => told.push(cell));
  const queue = new ThreadQueue<number>();
  credits.grant(queue, CELL, 1);
  credits.end(CELL);
  assertEquals(credits.epoch, 1);
  // It is given anew.
  credits.grant(queue, CELL, 1);
  assertEquals(told, [CELL, CELL]);
  queue.close();
  credits.check();
  assertEquals(credits.epoch, 2);
});

Deno.test("SessionCredits forgets what its client has let go of", () => {
  const credits = new SessionCredits(() => {});
  const queue = new ThreadQueue<number>();
  credits.grant(queue, CELL, 1);
  credits.forget(CELL);
  queue.close();
  credits.check();
  credits.end(CELL);
  assertEquals(credits.epoch, 0);
});
