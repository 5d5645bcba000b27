import { assertEquals } from "@std/assert";
import { exitCodeOf } from "../../../_internal/launch/exit_code.ts";

Deno.test("exitCodeOf() is negative for a signal, also where the system does not tell", () => {
  const ended = { success: false, code: 1, signal: null };
  const killed = { success: false, code: 137, signal: "SIGKILL" } as const;
  assertEquals(exitCodeOf(killed), -9);
  assertEquals(exitCodeOf(ended), 1);
  assertEquals(exitCodeOf(ended, "SIGTERM", "linux"), 1);
  assertEquals(exitCodeOf(ended, undefined, "windows"), 1);
  assertEquals(exitCodeOf(ended, "SIGTERM", "windows"), -15);
  assertEquals(exitCodeOf(ended, "SIGKILL", "windows"), -9);
  // It has ended by itself, before the signal came.
  assertEquals(exitCodeOf({ ...ended, code: 3 }, "SIGTERM", "windows"), 3);
});
