import { assertEquals } from "@std/assert";
import {
  endBy,
  type EndSignal,
  exitCodeOf,
  signalSentTo,
} from "../../../_internal/launch/exit_code.ts";

Deno.test("exitCodeOf() is negative for a signal, also where the system does not tell", () => {
  const ended = { success: false, code: 1, signal: null };
  const killed = { success: false, code: 137, signal: "SIGKILL" } as const;
  assertEquals(exitCodeOf(killed), -9);
  assertEquals(exitCodeOf(ended), 1);
  assertEquals(exitCodeOf(ended, "SIGTERM", "linux"), 1);
  assertEquals(exitCodeOf(ended, undefined, "windows"), 1);
  assertEquals(exitCodeOf(ended, "SIGTERM", "windows"), -15);
  assertEquals(exitCodeOf(ended, "SIGKILL", "windows"), -9);
  assertEquals(exitCodeOf(ended, "SIGINT", "windows"), -2);
  // It has ended by itself, before the signal came.
  assertEquals(exitCodeOf({ ...ended, code: 3 }, "SIGTERM", "windows"), 3);
});

Deno.test("endBy() sends what the system has, and notes what was asked for", () => {
  for (
    const [os, signal, sent] of [
      ["linux", "SIGINT", "SIGINT"],
      ["windows", "SIGINT", "SIGTERM"],
      ["windows", "SIGTERM", "SIGTERM"],
      ["windows", "SIGKILL", "SIGKILL"],
    ] satisfies [typeof Deno.build.os, EndSignal, EndSignal][]
  ) {
    const got: string[] = [];
    const child = { kill: (it: string) => got.push(it) };
    const process = child as unknown as Deno.ChildProcess;
    endBy(process, signal, os);
    assertEquals([...got, signalSentTo(process)], [sent, signal]);
  }
});
