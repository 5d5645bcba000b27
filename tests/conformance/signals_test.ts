// After CPython's _TestPollEintr and TestIgnoreEINTR: signals end no wait.

import { assert, assertEquals } from "@std/assert";
import { Pipe } from "../../pipe/mod.ts";
import { fromModule } from "../../process/mod.ts";
import {
  leaveNothingBehind,
  LONG,
  startProcess,
  testProcesses,
} from "./backends.ts";
import { runWell } from "./programs.ts";

leaveNothingBehind();

type Targets = typeof import("../fixtures/conformance/signalled.ts");
const TARGETS = new URL(
  "../fixtures/conformance/signalled.ts",
  import.meta.url,
);

/** Most that a pipe has room for, and more. */
const SIZE = 2 << 20;

testProcesses("Process.join() goes on when a signal comes", async () => {
  assertEquals(await runWell("signalled.ts"), ["0 0 true"]);
});

testProcesses(
  "Connection.recv() and send() go on when signals come",
  async () => {
    for (const form of ["async", "sync"] as const) {
      const [own, far] = new Pipe<unknown>();
      const child = startProcess(
        fromModule<Targets["answer"]>(TARGETS, "answer"),
        far,
        form,
        SIZE,
      );
      far.close();
      assertEquals(await own.recv(LONG), "ready");
      for (let n = 0; n < 3; n++) {
        Deno.kill(child.pid!, "SIGUSR1");
        if (form === "async") assertEquals(await own.recv(LONG), "signal");
        // A thread that blocks hears of it later.
        else assertEquals(await own.poll({ timeout: 5 }), false);
      }
      await own.send(1234);
      assertEquals(await own.recv(LONG), 1234);
      if (form === "sync") {
        assertEquals(
          await own.recv(LONG),
          "x".repeat(1 << 16),
        );
      }
      let received = 0;
      while (received < 3) {
        Deno.kill(child.pid!, "SIGUSR1");
        const message = await own.recv(LONG);
        if (message === "signal") continue;
        const bytes = message as Uint8Array;
        assertEquals(bytes.length, SIZE);
        assert(bytes.every((byte) => byte === received));
        received++;
      }
      await own.send("end");
      assertEquals(await child.join(LONG), 0);
    }
  },
);
